import MailLogs
import TestSupport
import Testing

@testable import Collectors

@Suite("A stream of syslog")
struct SyslogFramingTests {
    private static let line = "<22>Jan  1 00:00:00 mx postfix/smtpd[7]: connect from a.example.com[192.0.2.1]"
    private static let structured = "<22>1 2026-01-01T00:00:00Z mx postfix/smtpd 7 - - connect from a.example.com[192.0.2.1]"
    private static let dated = "2026-01-01T00:00:00Z mx postfix/smtpd[7]: connect from a.example.com[192.0.2.1]"

    @Test(
        "gives its lines, however it is cut into pieces",
        arguments: [
            ("\(line)\n\(structured)\n", 2, 2), ("\(line.utf8.count) \(line)\(structured.utf8.count) \(structured)", 2, 2),
            ("\(dated)\n\(line.utf8.count) \(line)\n\(line)\r\n\0", 3, 3), ("\(line.utf8.count + 1) \(line)\n\(structured)\n", 2, 2),
            ("1\n12\n123 x\n1234567 y\n12345678 <z\n", 5, 0), ("\n\n\n\(line)\n\n", 1, 1),
            ("3 <1>5 <1>ab4 <1>\n\n\n", 3, 0), ("\(structured.utf8.count) \(structured.dropLast(2))\n<", 1, 1),
        ])
    func pieces(text: String, lines: Int, understood: Int) {
        let bytes = Array(text.utf8)
        for size in [1, 2, 3, 7, 31, 1000] {
            let taken = take(bytes, pieces: size)
            #expect(taken.account.lineCount == lines, "in pieces of \(size)")
            #expect(taken.account.understoodLineCount == understood, "in pieces of \(size)")
        }
    }

    @Test("a line that names no host is understood too, since its priority tells that it is of syslog")
    func noHost() {
        let line = "<22>Jan  1 00:00:00 postfix/smtpd[7]: connect from a.example.com[192.0.2.1]\n"
        #expect(take(Array(line.utf8), pieces: 1000).account.understoodLineCount == 1)
    }

    @Test(
        "its last line counts without an end; one that has fewer bytes than it said does not", arguments: [(line, 1), ("999 \(line)", 0)])
    func last(text: String, lines: Int) {
        var account = MailLogAccount(calendar: LogCalendar(reference: 1_767_225_600))
        var framing = SyslogFraming()
        var bytes = Array(text.utf8)
        #expect(bytes.withUnsafeMutableBytes { framing.take($0, into: &account) } == 0)
        #expect(bytes.withUnsafeMutableBytes { framing.takeLast($0, into: &account) } == (lines == 1))
        #expect(account.lineCount == lines)
    }

    @Test("a line that is too long is cut, and what follows is read whole", arguments: [false, true])
    func cut(isCounted: Bool) {
        let long = Array(Self.line.utf8) + [UInt8](repeating: 0x78, count: 300_000)
        let framed = isCounted ? Array("\(long.count) ".utf8) + long : long + [10]
        let taken = take(framed + Array("\(Self.line)\n".utf8), pieces: 10_000)
        #expect(taken.account.lineCount == 2)
        #expect(taken.framing.cutLines == 1)
        #expect(taken.longestRest <= SyslogFraming.longestRest)
    }

    @Test("any bytes are taken, in any pieces, and the rest stays short", arguments: 0..<20)
    func anyBytes(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let alphabet: [UInt8] = [0x31, 0x39, 0x30, 0x20, 0x3C, 0x3E, 10, 0, 0x78, 0xFF]
        let bytes = (0..<30_000).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] }
        let counts = Set([1, 100, 5000].map { take(bytes, pieces: $0).account.lineCount })
        #expect(counts.count == 1)
    }

    private func take(_ bytes: [UInt8], pieces: Int) -> (account: MailLogAccount, framing: SyslogFraming, longestRest: Int) {
        var account = MailLogAccount(calendar: LogCalendar(reference: 1_767_225_600))
        var framing = SyslogFraming()
        var rest: [UInt8] = []
        var longest = 0
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            rest += bytes[start..<min(bytes.count, start + pieces)]
            rest.removeFirst(rest.withUnsafeMutableBytes { framing.take($0, into: &account) })
            longest = max(longest, rest.count)
        }
        return (account, framing, longest)
    }
}
