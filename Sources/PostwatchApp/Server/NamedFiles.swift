import Glibc
import PostwatchModel
import PostwatchRuntime

/// Looks whether the files that a configuration names are there: passwords, certificates, keys. One that is missing is no fault, since it
/// may be put there later; but whoever checks a configuration should hear of it.
public enum NamedFiles {
    /// Keys that end like those of files that must be there, and name something else: a process identifier is there only while the process
    /// runs.
    private static let others: Set<String> = ["pid_file"]

    /// One sentence for each file that is missing or cannot be read: `postwatch.yml:12: journeys[0].imap.password_file: …`. Throws when the
    /// configuration cannot be read.
    /// - Parameter path: of the configuration file.
    public static func findings(in path: String) throws(ConfigurationFaults) -> [String] {
        findings(of: try ConfigurationFile.load(path), file: path)
    }

    static func findings(of node: ConfigurationNode, file: String) -> [String] {
        named(in: node, at: "").compactMap { place, text, line in
            let named = text.hasPrefix("/") ? text : directory(of: file) + text
            guard let trouble = trouble(with: named) else { return nil }
            return "\(file):\(line): \(place): \(trouble)"
        }
    }

    // MARK: - Private

    private static func trouble(with path: String) -> String? {
        if access(path, R_OK) == 0 { return nil }
        guard errno == EACCES else { return "there is no file \(path); make it, or correct the path" }
        return "the file \(path) cannot be read by this user; whoever runs Postwatch must be able to"
    }

    private static func named(in node: ConfigurationNode, at place: String) -> [(place: String, text: String, line: Int)] {
        switch node.content {
        case .null, .scalar: []
        case .sequence(let nodes): nodes.enumerated().flatMap { named(in: $0.element, at: "\(place)[\($0.offset)]") }
        case .mapping(let entries):
            entries.flatMap { entry -> [(place: String, text: String, line: Int)] in
                let place = place.isEmpty ? entry.key : "\(place).\(entry.key)"
                if case .scalar(let text) = entry.value.content, entry.key.hasSuffix("_file"), !others.contains(entry.key), !text.isEmpty {
                    return [(place, text, entry.line)]
                }
                return named(in: entry.value, at: place)
            }
        }
    }

    private static func directory(of file: String) -> String {
        file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
    }
}
