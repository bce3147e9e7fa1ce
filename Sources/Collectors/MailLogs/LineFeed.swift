import Glibc
import MailLogs

/// Hands whole lines to an account. A line that is longer than the account reads is cut there, and its rest is passed over as it comes,
/// so that a line without end takes no memory.
struct LineFeed: Hashable, Sendable {
    /// Whether the rest of a line that was too long is being passed over.
    var isInsideLongLine = false

    /// Takes what is complete. Returns how many bytes are done; at most `MailLogAccount.longestLine` at the end are not, and are to be
    /// handed in again with what follows them.
    mutating func take(_ bytes: UnsafeRawBufferPointer, into account: inout MailLogAccount) -> Int {
        var start = 0
        if isInsideLongLine {
            guard let base = bytes.baseAddress, let newline = memchr(base, 10, bytes.count) else { return bytes.count }
            start = UnsafeRawPointer(newline) - base + 1
            isInsideLongLine = false
        }
        start += account.take(UnsafeRawBufferPointer(rebasing: bytes[start...]))
        guard bytes.count - start > MailLogAccount.longestLine else { return start }
        account.takeLine(UnsafeRawBufferPointer(rebasing: bytes[start..<start + MailLogAccount.longestLine]))
        isInsideLongLine = true
        return bytes.count
    }

    /// Takes the rest behind the last line end of something that has ended.
    mutating func takeLast(_ bytes: UnsafeRawBufferPointer, into account: inout MailLogAccount) {
        if !isInsideLongLine && !bytes.isEmpty { account.takeLine(bytes) }
        isInsideLongLine = false
    }
}
