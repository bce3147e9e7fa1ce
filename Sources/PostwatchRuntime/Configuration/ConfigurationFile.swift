import Foundation
import PostwatchModel
import Yams

/// A configuration or rule file in YAML, read into nodes that know their lines.
public enum ConfigurationFile {
    /// Reads `path`. Throws `ConfigurationFaults` when the file is missing, unreadable or not YAML.
    /// A second document in the file is a fault: Prometheus would leave it unread without a word.
    public static func load(_ path: String) throws(ConfigurationFaults) -> ConfigurationNode {
        let bytes: [UInt8]
        do {
            bytes = try Directory.contents(of: path)
        } catch {
            throw ConfigurationFaults([unreadable(path, error)])
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let fault = ConfigurationFault(
                file: path, line: 1, path: "", found: "bytes that are no UTF-8 text", write: "a file in UTF-8")
            throw ConfigurationFaults([fault])
        }
        return try parse(text, file: path)
    }

    /// Reads YAML text; `file` is what faults call it.
    public static func parse(_ text: String, file: String) throws(ConfigurationFaults) -> ConfigurationNode {
        let documents: [ConfigurationNode]
        do {
            documents = try self.documents(text)
        } catch {
            throw ConfigurationFaults([fault(of: error, file: file)])
        }
        if let second = documents.dropFirst().first(where: { $0.content != .null }) {
            throw ConfigurationFaults([
                ConfigurationFault(file: file, line: second.line, path: "", found: "a second document", write: "one document in each file")
            ])
        }
        return documents.first ?? ConfigurationNode(.null, line: 1)
    }

    // MARK: - Private

    private static func unreadable(_ path: String, _ error: SystemError) -> ConfigurationFault {
        let (found, write) =
            switch error.code {
            case ENOENT: ("no such file", "the path of a file that exists")
            case EISDIR: ("a directory", "the path of a file in it")
            case EACCES: ("a file that this user may not read", "a file whose permissions let this user read it")
            default: ("a file that cannot be read: \(String(cString: strerror(error.code)))", "the path of a file that can be read")
            }
        return ConfigurationFault(file: path, line: 1, path: "", found: found, write: write)
    }

    private static func documents(_ text: String) throws -> [ConfigurationNode] {
        var documents: [ConfigurationNode] = []
        var source = try compose_all(yaml: text)
        // Asked for one more after its error, the parser would trap.
        var rest = nodeLimit
        while source.error == nil, let document = source.next() { documents.append(try convert(document, &rest)) }
        if let error = source.error { throw error }
        return documents
    }

    /// More than any configuration has. A few lines of aliases of aliases can stand for billions.
    private static let nodeLimit = 1_000_000

    private struct TooLarge: Error {}

    /// - Parameter rest: how many nodes there may still be.
    private static func convert(_ node: Node, _ rest: inout Int) throws(TooLarge) -> ConfigurationNode {
        rest -= 1
        if rest < 0 { throw TooLarge() }
        let line = node.mark?.line ?? 1
        switch node {
        case .scalar(let scalar):
            let isNull = scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
            return ConfigurationNode(isNull ? .null : .scalar(scalar.string), line: line)
        case .sequence(let sequence):
            var nodes: [ConfigurationNode] = []
            for node in sequence { nodes.append(try convert(node, &rest)) }
            return ConfigurationNode(.sequence(nodes), line: line)
        case .mapping(let mapping):
            var entries: [ConfigurationNode.Entry] = []
            for (key, value) in mapping {
                entries.append(
                    ConfigurationNode.Entry(key: key.string ?? "?", line: key.mark?.line ?? line, value: try convert(value, &rest)))
            }
            return ConfigurationNode(.mapping(entries), line: line)
        case .alias:
            return ConfigurationNode(.null, line: line)
        }
    }

    private static func fault(of error: any Error, file: String) -> ConfigurationFault {
        if error is TooLarge {
            return ConfigurationFault(
                file: file, line: 1, path: "", found: "more than \(nodeLimit) values, aliases counted each time",
                write: "a smaller file, or one without aliases of aliases")
        }
        return switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            ConfigurationFault(file: file, line: mark.line, path: "", found: "text that is not YAML (\(problem))", write: "valid YAML")
        case .duplicatedKeysInMapping(let duplicates, let context):
            ConfigurationFault(
                file: file, line: context.mark.line, path: "", found: "the key \(duplicates.joined(separator: ", ")) more than once",
                write: "each key once")
        default:
            ConfigurationFault(file: file, line: 1, path: "", found: "text that is not YAML", write: "valid YAML")
        }
    }
}
