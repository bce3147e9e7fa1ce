/// Takes the header of a line apart: traditional syslog, syslog with RFC 3339 times, RFC 5424; each with or without `<priority>` in front.
/// Sources: RFC 3164, section 4.1; RFC 5424, section 6; Postfix, MAILLOG_README.
struct LineReader: Sendable {
    var stamps: StampReader

    init(calendar: LogCalendar) {
        stamps = StampReader(calendar: calendar)
    }

    /// `nil` when the line has no such header.
    @inline(__always)
    mutating func read(_ whole: LogBytes) -> LogLine? {
        var line = whole
        let hasPriority = line[0] == UInt8(ascii: "<")
        if hasPriority {
            guard let priority = line.number(at: 1), line[priority.end] == UInt8(ascii: ">") else { return nil }
            line = line.dropFirst(priority.end + 1)
            if line[0] == UInt8(ascii: "1"), line[1] == UInt8(ascii: " ") { return structured(line.dropFirst(2)) }
        }
        let seconds: Int64
        let rest: LogBytes
        if LogBytes.isDigit(line[0]) {
            if line[0] == UInt8(ascii: "1"), line[1] == UInt8(ascii: " ") { return structured(line.dropFirst(2)) }
            guard let stamp = stamps.dated(line) else { return nil }
            seconds = stamp.seconds
            rest = line.dropFirst(stamp.end)
        } else {
            guard let stamp = stamps.traditional(line) else { return nil }
            seconds = stamp
            rest = line.dropFirst(15)
        }
        guard rest[0] == UInt8(ascii: " ") else { return nil }
        // Exim's own file names no host and no program: `2026-11-21 12:00:00 1abcDE-0001Ab-CD => …`.
        let isOwnForm = line[10] == UInt8(ascii: " ") && LogBytes.isDigit(line[0])
        if isOwnForm, EximAccount.id(prefixOf: rest.dropFirst(1)) != nil { return Self.own(Self.exim, rest, seconds) }
        guard let hostEnd = rest.index(of: UInt8(ascii: " "), from: 1) else { return isOwnForm ? Self.own(Self.exim, rest, seconds) : nil }
        let host = rest.part(1, hostEnd)
        // Dovecot's own file names no host and no program: `Nov 21 12:00:00 imap-login: Info: Login: …`.
        if host[host.count &- 1] == UInt8(ascii: ":") {
            // Such a file has no priorities: it is a line of syslog that names no host.
            if hasPriority { return tagged(rest.dropFirst(1), host: rest.prefix(0), seconds: seconds) }
            return Self.own(Self.dovecot, rest, seconds)
        }
        return tagged(rest.dropFirst(hostEnd + 1), host: host, seconds: seconds) ?? (isOwnForm ? Self.own(Self.exim, rest, seconds) : nil)
    }

    // MARK: - Private

    private static let dovecot: StaticString = "dovecot"
    private static let exim: StaticString = "exim"

    /// A line of a program's own file.
    private static func own(_ program: StaticString, _ rest: LogBytes, _ seconds: Int64) -> LogLine {
        let tag = LogBytes(start: UnsafeRawPointer(program.utf8Start), count: program.utf8CodeUnitCount)
        var message = rest.dropFirst(1)
        // Exim may write the zone behind a blank.
        if message[0] == UInt8(ascii: "+") || message[0] == UInt8(ascii: "-"), message[5] == UInt8(ascii: " ") {
            message = message.dropFirst(6)
        }
        return LogLine(seconds: seconds, host: rest.prefix(0), tag: tag, message: message)
    }

    /// From `tag[pid]: ` on.
    @inline(__always)
    private func tagged(_ rest: LogBytes, host: LogBytes, seconds: Int64) -> LogLine? {
        var position = 0
        while position < rest.count {
            let byte = rest[position]
            if byte == UInt8(ascii: "[") || byte == UInt8(ascii: ":") || byte == UInt8(ascii: " ") { break }
            position &+= 1
        }
        let tag = rest.prefix(position)
        guard position > 0 else { return nil }
        if rest[position] == UInt8(ascii: "[") {
            position &+= 1
            while position < rest.count, rest[position] != UInt8(ascii: "]") { position &+= 1 }
            position &+= 1
        }
        guard rest[position] == UInt8(ascii: ":") else { return nil }
        position &+= 1
        if rest[position] == UInt8(ascii: " ") { position &+= 1 }
        return LogLine(seconds: seconds, host: host, tag: tag, message: rest.dropFirst(position))
    }

    /// RFC 5424 behind its version.
    private mutating func structured(_ line: LogBytes) -> LogLine? {
        var seconds: Int64 = 0
        var position = 0
        if line[0] == UInt8(ascii: "-") {
            position = 1
        } else {
            guard let stamp = stamps.dated(line) else { return nil }
            seconds = stamp.seconds
            position = stamp.end
        }
        var words: (host: LogBytes, tag: LogBytes) = (line.prefix(0), line.prefix(0))
        for word in 0..<4 {
            guard line[position] == UInt8(ascii: " "), let end = line.index(of: UInt8(ascii: " "), from: position + 1) else { return nil }
            if word == 0 { words.host = line.part(position + 1, end) }
            if word == 1 { words.tag = line.part(position + 1, end) }
            position = end
        }
        position += 1
        guard !words.tag.isEmpty, let end = Self.endOfStructuredData(line, at: position) else { return nil }
        position = end
        if line[position] == UInt8(ascii: " ") { position += 1 }
        if line[position] == 0xEF, line[position + 1] == 0xBB, line[position + 2] == 0xBF { position += 3 }
        return LogLine(seconds: seconds, host: words.host, tag: words.tag, message: line.dropFirst(position))
    }

    private static func endOfStructuredData(_ line: LogBytes, at index: Int) -> Int? {
        if line[index] == UInt8(ascii: "-") { return index + 1 }
        var position = index
        while line[position] == UInt8(ascii: "[") {
            var isQuoted = false
            position += 1
            while position < line.count, isQuoted || line[position] != UInt8(ascii: "]") {
                if line[position] == UInt8(ascii: "\\") { position += 1 } else if line[position] == UInt8(ascii: "\"") { isQuoted.toggle() }
                position += 1
            }
            guard position < line.count else { return nil }
            position += 1
        }
        return position > index ? position : nil
    }
}
