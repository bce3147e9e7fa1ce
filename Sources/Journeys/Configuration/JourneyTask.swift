import PostwatchModel
import PostwatchRuntime

/// What one kind of journey does: the settings that only this kind has, and how they become a journey.
public protocol JourneyTask: Hashable, Sendable {
    /// The journey's `kind` in configuration and labels: `imap`.
    static var kind: String { get }
    /// When a run is given up unless the configuration says otherwise. Default: 10 s.
    static var defaultTimeout: Duration { get }
    /// Where a matrix puts what it varies in this journey. Default: all in the section named like the kind.
    static func matrixSections(of journey: ConfigurationNode) -> MatrixSections

    /// Reads the keys of a journey that belong to this kind; notes all that is wrong with them there. `nil` when the journey could not
    /// run; at least one fault is noted then.
    /// - Parameter timeout: when a run is given up.
    init?(_ section: ConfigurationSection, timeout: Duration)

    /// The accounts that the journey signs in with. Default: none.
    var accounts: [AccountNeed] { get }

    /// A journey that is ready to run, and keeps what it must know from run to run. Throws the sentence that says what hinders it.
    func journey(in setting: JourneySetting) throws -> any JourneyRunning
}

extension JourneyTask {
    public static var defaultTimeout: Duration { .seconds(10) }
    public static func matrixSections(of journey: ConfigurationNode) -> MatrixSections { MatrixSections(kind) }
    public var accounts: [AccountNeed] { [] }
}
