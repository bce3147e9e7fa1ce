import PostwatchModel
import PostwatchRuntime

/// A webmail whose script comes with Postwatch.
enum WebmailPreset: String, Hashable, Sendable, CaseIterable {
    /// Roundcube 1.4 and later.
    case roundcube
    /// SOGo 5.
    case sogo

    /// Read as an operator's steps are. Throws `ConfigurationFaults`, which would be our bug.
    func script() throws(ConfigurationFaults) -> WebScript {
        let file = "the preset \(rawValue)"
        return try ConfigurationSection.read(try ConfigurationFile.parse(text, file: file), file: file) { WebScript($0) }
    }

    // MARK: - Private

    private var text: String {
        switch self {
        case .roundcube: Self.roundcubeText
        case .sogo: Self.sogoText
        }
    }
}
