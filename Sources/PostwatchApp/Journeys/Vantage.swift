/// The place that journeys run from.
enum Vantage {
    /// The server's own.
    static let local = "server"
}
