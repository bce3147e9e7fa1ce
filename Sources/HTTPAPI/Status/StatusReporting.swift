/// Tells how the server was started and configured: what `/api/v1/status/…` answers.
public protocol StatusReporting: Sendable {
    /// The configuration as YAML, without secrets.
    func configuration() async -> String
    /// What the server was started with, by the name of the option.
    func options() async -> [String: String]
    func runtime() async -> RuntimeReport
}
