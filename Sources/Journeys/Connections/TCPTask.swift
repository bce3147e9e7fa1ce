import PostwatchModel
import PostwatchRuntime

/// A connection to a port, and perhaps the server's first words.
public struct TCPTask: JourneyTask {
    public static let kind = "tcp"

    public static func matrixSections(of journey: ConfigurationNode) -> MatrixSections {
        MatrixSections(server: kind, account: nil, takesExchangers: true)
    }

    public var port: TCPAccess

    public init(_ port: TCPAccess) {
        self.port = port
    }

    public init?(_ section: ConfigurationSection, timeout: Duration) {
        guard section.has("tcp") else {
            section.report("tcp", found: "nothing", write: "a tcp section with a server such as mx-1.example.test:25")
            return nil
        }
        guard let port = section.section("tcp", TCPAccess.init) ?? nil else { return nil }
        self.port = port
    }

    public func journey(in setting: JourneySetting) throws -> any JourneyRunning {
        TCPJourney(setting: setting, port: port)
    }
}
