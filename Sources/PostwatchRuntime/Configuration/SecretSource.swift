import Foundation
import PostwatchModel

/// Where a secret is read from: a file or an environment variable, never the configuration itself.
public enum SecretSource: Hashable, Sendable {
    case file(String)
    case environment(String)

    /// Reads `<name>_file` or `<name>_env` of a section; `nil` when neither is there, a fault when both are.
    public init?(_ name: String, of section: ConfigurationSection) {
        let file = section.filePath("\(name)_file")
        let variable = section.text("\(name)_env")
        if file != nil && variable != nil {
            section.report("\(name)_env", found: "a second source of the same secret", write: "only one of \(name)_file and \(name)_env")
        }
        if section.has(name) {
            section.report(name, found: "a secret in the configuration", write: "\(name)_file with the path of a file that holds it")
        }
        guard let source = file.map(SecretSource.file) ?? variable.map(SecretSource.environment) else { return nil }
        self = source
    }

    /// The source could not be read; `description` names the source, never its content.
    public struct Unreadable: Error, Hashable, Sendable, CustomStringConvertible {
        public let description: String
    }

    /// Reads the secret now; one line ending at the end of a file is not part of it.
    public func read() throws(Unreadable) -> Secret {
        switch self {
        case .file(let path):
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
                throw Unreadable(description: "the secret file \(path) cannot be read; create it, readable by this user")
            }
            // "\r\n" is one character, and not one that ends in "\n".
            return Secret(text.last == "\n" || text.last == "\r\n" ? String(text.dropLast()) : text)
        case .environment(let name):
            guard let value = getenv(name) else {
                throw Unreadable(description: "the environment variable \(name) is not set")
            }
            return Secret(String(cString: value))
        }
    }
}
