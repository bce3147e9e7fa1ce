import Glibc
import MailLogs

/// Cuts a stream of syslog into lines: counted (`57 <22>…`) or ended by a line end, whichever each begins as.
/// Source: RFC 6587, sections 3.4.1 and 3.4.2.
///
/// A line that is longer than the account reads is cut there and its rest is passed over as it comes, so that one without end takes no
/// memory.
struct SyslogFraming: Hashable, Sendable {
    private enum Passing: Hashable, Sendable {
        case nothing
        /// The rest of a line, up to its end.
        case line
        /// The rest of a counted line: so many bytes.
        case bytes(Int)
    }

    private enum Start: Hashable {
        /// It takes more bytes to tell.
        case unclear
        case counted(length: Int, digits: Int)
        case line
    }

    private var passing = Passing.nothing
    /// Lines of which only the beginning was taken.
    private(set) var cutLines = 0

    /// What `take` may leave at most, to be handed in again.
    static let longestRest = MailLogAccount.longestLine + longestCount

    /// Takes what is complete. Returns how many bytes are done; the others are to be handed in again with what follows them.
    mutating func take(_ bytes: UnsafeMutableRawBufferPointer, into account: inout MailLogAccount) -> Int {
        var start = 0
        while start < bytes.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[start...])
            let done = passing == .nothing ? takeOne(rest, into: &account) : pass(rest)
            if done == 0 { break }
            start += done
        }
        return start
    }

    /// Takes the rest at the end of the stream. `false` when it is part of a counted line, which is not taken.
    mutating func takeLast(_ bytes: UnsafeMutableRawBufferPointer, into account: inout MailLogAccount) -> Bool {
        defer { passing = .nothing }
        guard !bytes.isEmpty, passing == .nothing else { return true }
        guard Self.start(of: bytes) == .line else { return false }
        account.takeLine(UnsafeRawBufferPointer(bytes))
        return true
    }

    // MARK: - Private

    /// A count has at most seven digits, and a blank behind them.
    private static let longestCount = 8

    /// Bytes of the rest of a line that was cut.
    private mutating func pass(_ bytes: UnsafeMutableRawBufferPointer) -> Int {
        switch passing {
        case .nothing: return 0
        case .line:
            guard let end = Self.lineEnd(bytes) else { return bytes.count }
            passing = .nothing
            return end + 1
        case .bytes(let left):
            passing = left > bytes.count ? .bytes(left - bytes.count) : .nothing
            return min(left, bytes.count)
        }
    }

    /// Takes the line that begins here. Returns how many bytes are done; 0 when it is not complete.
    private mutating func takeOne(_ bytes: UnsafeMutableRawBufferPointer, into account: inout MailLogAccount) -> Int {
        switch Self.start(of: bytes) {
        case .unclear: return 0
        case .counted(let length, let digits):
            let kept = min(length, MailLogAccount.longestLine)
            let begin = digits + 1
            guard bytes.count - begin >= kept else { return 0 }
            let message = UnsafeMutableRawBufferPointer(rebasing: bytes[begin..<begin + kept])
            account.takeLine(UnsafeRawBufferPointer(SyslogMessage.cleaned(message)))
            if length > kept { cut(.bytes(length - kept)) }
            return begin + kept
        case .line:
            if let end = Self.lineEnd(bytes) {
                if end > MailLogAccount.longestLine { cutLines += 1 }
                account.takeLine(UnsafeRawBufferPointer(rebasing: bytes[..<end]))
                return end + 1
            }
            guard bytes.count > MailLogAccount.longestLine else { return 0 }
            account.takeLine(UnsafeRawBufferPointer(rebasing: bytes[..<MailLogAccount.longestLine]))
            cut(.line)
            return bytes.count
        }
    }

    private mutating func cut(_ passing: Passing) {
        cutLines += 1
        self.passing = passing
    }

    /// A count is digits, a blank, and the priority of the message. Anything else is a line, such as one that begins with a year.
    private static func start(of bytes: UnsafeMutableRawBufferPointer) -> Start {
        guard let first = bytes.first, (0x31...0x39).contains(first) else { return .line }
        var length = 0
        for (index, byte) in bytes.prefix(longestCount).enumerated() {
            if byte == UInt8(ascii: " ") {
                guard index + 1 < bytes.count else { return .unclear }
                return bytes[index + 1] == UInt8(ascii: "<") ? .counted(length: length, digits: index) : .line
            }
            guard (0x30...0x39).contains(byte), index < longestCount - 1 else { return .line }
            length = length * 10 + Int(byte - 0x30)
        }
        return .unclear
    }

    private static func lineEnd(_ bytes: UnsafeMutableRawBufferPointer) -> Int? {
        guard let base = bytes.baseAddress, let end = memchr(base, 10, bytes.count) else { return nil }
        return UnsafeMutableRawPointer(end) - base
    }
}
