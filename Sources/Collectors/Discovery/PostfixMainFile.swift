/// What a `main.cf` says of its instance, as it stands there: `$name` is not followed. Source: postconf(5), "main.cf file format".
enum PostfixMainFile {
    /// Where distributions have the `main.cf` of the first instance.
    static let usualDirectory = "/etc/postfix"

    /// The last value of a parameter; `nil` when it is not set.
    static func value(of parameter: String, in text: String) -> String? {
        var value: String?
        var isInside = false
        for line in text.split(separator: "\n") {
            if line.first == "#" || line.allSatisfy(\.isWhitespace) { continue }
            if line.first?.isWhitespace == true {
                if isInside { value = (value ?? "") + " " + trimmed(line) }
                continue
            }
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            isInside = parts.count == 2 && trimmed(parts[0]) == parameter
            if isInside { value = trimmed(parts[1]) }
        }
        return value.map(trimmed)
    }

    static func queueDirectory(_ text: String) -> String {
        value(of: "queue_directory", in: text).flatMap { $0.hasPrefix("/") ? $0 : nil } ?? PostfixSettings.usualQueueDirectory
    }

    /// Directories of further instances.
    static func otherDirectories(_ text: String) -> [String] {
        (value(of: "multi_instance_directories", in: text) ?? "").split { $0.isWhitespace || $0 == "," }.map(String.init)
    }

    /// The log that Postfix writes itself.
    static func logFile(_ text: String) -> String? {
        value(of: "maillog_file", in: text).flatMap { $0.hasPrefix("/") && !$0.hasPrefix("/dev/") ? $0 : nil }
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        var text = text[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
