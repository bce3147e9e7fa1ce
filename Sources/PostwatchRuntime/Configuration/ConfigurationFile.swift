import Foundation
import PostwatchModel
import Yams

/// A configuration or rule file in YAML, read into nodes that know their lines.
public enum ConfigurationFile {
    /// Reads `path`. Throws `ConfigurationFaults` when the file is missing, unreadable or not YAML.
    /// Only the first document of the file counts, as in Prometheus.
    public static func load(_ path: String) throws(ConfigurationFaults) -> ConfigurationNode {
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw ConfigurationFaults([
                ConfigurationFault(
                    file: path, line: 1, path: "", found: "no file that can be read as UTF-8 text",
                    write: "the path of a file that exists and that this user may read")
            ])
        }
        return try parse(text, file: path)
    }

    /// Reads YAML text; `file` is what faults call it.
    public static func parse(_ text: String, file: String) throws(ConfigurationFaults) -> ConfigurationNode {
        do {
            guard let node = try compose(yaml: text) else { return ConfigurationNode(.null, line: 1) }
            return convert(node)
        } catch {
            throw ConfigurationFaults([fault(of: error, file: file)])
        }
    }

    // MARK: - Private

    private static func convert(_ node: Node) -> ConfigurationNode {
        let line = node.mark?.line ?? 1
        switch node {
        case .scalar(let scalar):
            let isNull = scalar.style == .plain && ["", "~", "null"].contains(scalar.string)
            return ConfigurationNode(isNull ? .null : .scalar(scalar.string), line: line)
        case .sequence(let sequence):
            return ConfigurationNode(.sequence(sequence.map(convert)), line: line)
        case .mapping(let mapping):
            let entries = mapping.map { key, value in
                ConfigurationNode.Entry(key: key.string ?? "?", line: key.mark?.line ?? line, value: convert(value))
            }
            return ConfigurationNode(.mapping(entries), line: line)
        case .alias:
            return ConfigurationNode(.null, line: line)
        }
    }

    private static func fault(of error: any Error, file: String) -> ConfigurationFault {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            ConfigurationFault(file: file, line: mark.line, path: "", found: problem, write: "valid YAML")
        case .duplicatedKeysInMapping(let duplicates, let context):
            ConfigurationFault(
                file: file, line: context.mark.line, path: "", found: "the key \(duplicates.joined(separator: ", ")) a second time",
                write: "each key once")
        default:
            ConfigurationFault(file: file, line: 1, path: "", found: "text that is not YAML", write: "valid YAML")
        }
    }
}
