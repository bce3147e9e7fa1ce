import Glibc
import MailLogs

/// Writes entries of a journal as a syslog daemon would have: `2026-11-21T12:00:00Z mx postfix/smtpd: connect from …`.
struct EntryLine {
    private var bytes: [UInt8] = []
    private var stamp: [UInt8] = []
    /// What `stamp` says. Neighbours share it.
    private var stampSeconds: Int64 = -1

    /// Takes the entry that the reader stands on. Returns how long it is as a line.
    mutating func take(_ reader: JournalReader, into account: inout MailLogAccount) -> Int {
        if let seconds = reader.seconds(), seconds != stampSeconds {
            stamp = Self.text(of: seconds)
            stampSeconds = seconds
        }
        bytes.removeAll(keepingCapacity: true)
        bytes += stamp
        bytes.append(UInt8(ascii: " "))
        if !reader.append("_HOSTNAME", to: &bytes, upTo: Self.longestName) { bytes.append(UInt8(ascii: "-")) }
        bytes.append(UInt8(ascii: " "))
        if !reader.append("SYSLOG_IDENTIFIER", to: &bytes, upTo: Self.longestName),
            !reader.append("_COMM", to: &bytes, upTo: Self.longestName)
        {
            bytes.append(UInt8(ascii: "-"))
        }
        bytes.append(UInt8(ascii: ":"))
        bytes.append(UInt8(ascii: " "))
        _ = reader.append("MESSAGE", to: &bytes, upTo: MailLogAccount.longestLine - bytes.count)
        bytes.withUnsafeBytes { account.takeLine($0) }
        return bytes.count
    }

    // MARK: - Private

    private static let longestName = 255

    /// In UTC.
    private static func text(of seconds: Int64) -> [UInt8] {
        var time = time_t(seconds)
        var parts = tm()
        gmtime_r(&time, &parts)
        var buffer = [CChar](repeating: 0, count: 64)
        let length = strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
        return buffer.prefix(length).map { UInt8(bitPattern: $0) }
    }
}
