import Collectors
import Foundation
import PostwatchModel

/// The configuration that an agent may start from, made from what was found on its machine.
public struct AgentDraft: Sendable {
    /// Where samples go when nothing is said.
    public static let usualServer = "http://127.0.0.1:9460/api/v1/write"

    /// The address of a server is none.
    public struct UnusableServer: Error, CustomStringConvertible {
        let found: String
        public var description: String { "\"\(found)\" is no address of a server; write one such as \(usualServer)" }
    }

    /// YAML, ready for `AgentConfiguration`.
    public let text: String

    /// Looks at this machine.
    /// - Parameters:
    ///   - server: The URL that takes remote write; one without a path stands for Postwatch's own.
    ///   - component: `nil`: what the machine looks like.
    public init(server: String = Self.usualServer, component: String? = nil) throws {
        try self.init(HostSurveyReader().read(), server: server, component: component)
    }

    /// Pure.
    public init(_ survey: HostSurvey, server: String, component: String?) throws(UnusableServer) {
        let url = try Self.destination(server)
        let collectors = CollectorsDraft(survey)
        let host = DraftText.comment(survey.hostName)
        text =
            ([
                "# What an agent may measure on \(host): written by `postwatch init` from what it found there, to be looked through and kept.",
                "#   postwatch config check --agent FILE",
                "#   postwatch agent --config FILE --once       # what would be pushed",
                "#   postwatch agent --config FILE --data /var/lib/postwatch-agent",
                "",
                "node: \(DraftText.scalar(survey.hostName))    # the instance label: as the server's platform names this node",
            ] + Self.component(component, collectors.component) + ["interval: 10s", ""] + collectors.lines + [
                "", "remote_write:", "  - url: \(DraftText.scalar(url))", "",
            ]).joined(separator: "\n")
    }

    // MARK: - Private

    private static func component(_ given: String?, _ guess: ComponentGuess?) -> [String] {
        if let given, !given.isEmpty { return ["component: \(DraftText.scalar(given))"] }
        let meaning = "# The component of the server's platform that this node belongs to."
        guard let guess else {
            return [meaning, "# component: \(Role.allCases.map(\.rawValue).joined(separator: " or "))"]
        }
        let others = guess.alternatives.map(\.rawValue).joined(separator: ", ")
        return [
            "\(meaning) A guess: \(DraftText.comment(guess.reason))." + (others.isEmpty ? "" : " It may also be: \(others)."),
            "component: \(guess.role.rawValue)",
        ]
    }

    private static func destination(_ server: String) throws(UnusableServer) -> String {
        guard var parts = URLComponents(string: server), ["http", "https"].contains(parts.scheme), parts.host?.isEmpty == false else {
            throw UnusableServer(found: server)
        }
        if parts.path.isEmpty || parts.path == "/" { parts.path = "/api/v1/write" }
        guard let text = parts.string else { throw UnusableServer(found: server) }
        return text
    }
}
