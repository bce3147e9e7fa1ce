import MailWire
import PostwatchModel
import Testing

@testable import Journeys

@Suite struct ProbeMessageTests {
    private let key = ProbeSigningKey(Array("a key of the tests".utf8))
    private let mark = ProbeMark(journey: "inbound-1", id: "ab-12", sentAt: Timestamp(milliseconds: 1_787_220_000_000))

    private func header(_ value: String, _ more: String = "") -> MessageHeader {
        MessageHeader("Subject: x\r\n\(ProbeMark.headerName): \(value)\r\n\(more)\r\n".utf8)
    }

    @Test("A message carries its signed mark and everything that RFC 5322 asks for")
    func message() {
        let message = ProbeMessage(mark: mark, sender: "", recipient: "probe@example.test", host: "probe.test").bytes(signedWith: key)
        let text = String(decoding: message, as: UTF8.self)
        #expect(
            text.hasPrefix(
                "Date: Thu, 20 Aug 2026 10:00:00 +0000\r\nFrom: Postwatch <postwatch@probe.test>\r\nTo: <probe@example.test>\r\n"))
        #expect(text.contains("\r\nMessage-ID: <postwatch.ab-12@probe.test>\r\n"))
        #expect(text.contains("\r\nAuto-Submitted: auto-generated\r\n"))
        #expect(text.contains("\r\n\r\n"))
        #expect(ProbeMark(header: MessageHeader(message), verifiedWith: key) == mark)
    }

    @Test("A folded header is read like an unfolded one")
    func folding() {
        let value = mark.headerValue(signedWith: key)
        let middle = value.index(value.startIndex, offsetBy: 40)
        #expect(ProbeMark(header: header("\(value[..<middle])\r\n\t\(value[middle...])"), verifiedWith: key) == mark)
    }

    @Test("Only a signature of this installation makes a message ours")
    func forgery() {
        let value = mark.headerValue(signedWith: key)
        let other = ProbeSigningKey(Array("the key of somebody else".utf8))
        #expect(ProbeMark(headerValue: value, verifiedWith: other) == nil)
        #expect(ProbeMark(headerValue: value.replacing("inbound-1", with: "inbound-2"), verifiedWith: key) == nil)
        #expect(ProbeMark(headerValue: String(value.dropLast()), verifiedWith: key) == nil)
        #expect(ProbeMark(headerValue: "inbound-1;ab-12;x;y", verifiedWith: key) == nil)
        #expect(ProbeMark(headerValue: "", verifiedWith: key) == nil)
        let twice = header(value, "\(ProbeMark.headerName): \(value)\r\n")
        #expect(ProbeMark(header: twice, verifiedWith: key) == nil)
    }

    @Test(
        "Dates are written as mail writes them",
        arguments: [
            (Int64(0), "Thu, 1 Jan 1970 00:00:00 +0000", "1-Jan-1970"),
            (1_709_210_096_000, "Thu, 29 Feb 2024 12:34:56 +0000", "29-Feb-2024"),
        ])
    func dates(milliseconds: Int64, header: String, day: String) {
        let date = MailDate(Timestamp(milliseconds: milliseconds))
        #expect(date.headerText == header)
        #expect(date.searchDay == day)
    }

    @Test("A number proves itself, for its own journey and under its own key")
    func provenNumbers() {
        let mark = ProbeMark(
            provingItself: "round-1", idPrefix: "ab-", random: "12", sentAt: Timestamp(milliseconds: 1_787_220_000_000), signedWith: key)
        #expect(ProbeMark(provenID: mark.id, journey: "round-1", verifiedWith: key) == mark)
        #expect(ProbeMark(provenID: mark.id, journey: "round-2", verifiedWith: key) == nil)
        #expect(ProbeMark(provenID: "c" + mark.id, journey: "round-1", verifiedWith: key) == nil)
        #expect(ProbeMark(provenID: String(mark.id.dropLast()), journey: "round-1", verifiedWith: key) == nil)
        #expect(ProbeMark(provenID: "a-b-c-d", journey: "round-1", verifiedWith: key) == nil)
    }

    @Test("Filters find what they know in the test messages")
    func contents() {
        func text(_ content: ProbeMessage.Content) -> String {
            let message = ProbeMessage(mark: mark, sender: "a@b.test", recipient: "c@d.test", host: "probe.test", content: content)
            return String(decoding: message.bytes(signedWith: key), as: UTF8.self)
        }
        #expect(text(.gtube).contains("GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\r\n"))
        #expect(TestPatterns.gtube.count == 68)
        #expect(text(.eicar).contains("filename=\"eicar.com\""))
        #expect(TestPatterns.eicar.count == 68)
        #expect(!text(.answerable).contains("Auto-Submitted"))
        #expect(text(.answerable).contains("Subject: Postwatch probe inbound-1 ab-12\r\n"))
    }
}
