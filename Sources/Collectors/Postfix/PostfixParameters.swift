import PostwatchModel

/// The parameters that `main.cf` sets, as far as the agent must know them. Source: Postfix, postconf(5), "main.cf file format".
struct PostfixParameters: Hashable, Sendable {
    private let values: [String: String]

    /// What `main.cf` of a directory says. Nothing when it cannot be read: then Postfix' defaults are taken to count.
    init(directory: String) {
        self.init((try? HostFiles(root: directory).text("main.cf")) ?? "")
    }

    init(_ text: String) {
        var values: [String: String] = [:]
        for line in PostfixLines(text).lines {
            guard let equals = line.firstIndex(of: "=") else { continue }
            values[line[..<equals].trimmed] = line[line.index(after: equals)...].trimmed
        }
        self.values = values
    }

    /// What stands in front of the name of a daemon in the log. Default: `postfix`, or the name of the instance.
    var syslogName: String {
        let instance = literal("multi_instance_name").flatMap { $0.isEmpty ? nil : $0 }
        return literal("syslog_name") ?? instance ?? "postfix"
    }

    /// How many processes a service may have whose line in `master.cf` does not say it. Default: 100.
    var defaultProcessLimit: Int {
        literal("default_process_limit").flatMap { Int($0) } ?? 100
    }

    // MARK: - Private

    /// A value that needs no other parameter.
    private func literal(_ name: String) -> String? {
        values[name].flatMap { $0.contains("$") ? nil : $0 }
    }
}

/// The logical lines of a configuration file of Postfix: comments are left out, and a line that begins with white space goes on with the
/// one before.
struct PostfixLines: Hashable, Sendable {
    let lines: [String]

    init(_ text: String) {
        var lines: [String] = []
        for line in text.split(whereSeparator: \.isNewline) {
            let content = line.drop { $0 == " " || $0 == "\t" }
            if content.isEmpty || content.hasPrefix("#") { continue }
            if content.startIndex > line.startIndex, let last = lines.popLast() {
                lines.append("\(last) \(content)")
            } else {
                lines.append(String(line))
            }
        }
        self.lines = lines
    }
}

extension StringProtocol {
    /// Without white space at either end.
    fileprivate var trimmed: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
