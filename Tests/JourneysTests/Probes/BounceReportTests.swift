import PostwatchModel
import Testing

@testable import Journeys

@Suite struct BounceReportTests {
    private let key = ProbeSigningKey(Array("a key of the tests".utf8))
    private let mark = ProbeMark(journey: "in-1", id: "ab-12", sentAt: Timestamp(milliseconds: 1_787_220_000_000))

    /// As Postfix writes it, shortened.
    private func report(action: String = "failed", type: String = "multipart/report; report-type=delivery-status;", header: String? = nil)
        -> [UInt8]
    {
        let header = header ?? "\(ProbeMark.headerName): \(mark.headerValue(signedWith: key))"
        return Array(
            """
            From: MAILER-DAEMON@mx-1.example.test (Mail Delivery System)
            Subject: Undelivered Mail Returned to Sender
            Content-Type: \(type)
            \tboundary="3F2A1.1755684000/mx-1"

            --3F2A1.1755684000/mx-1
            Content-Type: text/plain; charset=us-ascii

            This is the mail system at host mx-1.example.test.

            --3F2A1.1755684000/mx-1
            Content-Type: message/delivery-status

            Reporting-MTA: dns; mx-1.example.test

            Final-Recipient: rfc822; probe@example.test
            Action: \(action)
            Status: 5.1.1
            Diagnostic-Code: smtp; 550 5.1.1 <probe@example.test>: Recipient
                address rejected

            --3F2A1.1755684000/mx-1
            Content-Type: text/rfc822-headers

            Message-ID: <ab-12@probe.test>
            \(header)

            --3F2A1.1755684000/mx-1--

            """.replacing("\n", with: "\r\n").utf8)
    }

    @Test("A report names the message, what happened, and why")
    func failed() throws {
        let report = try #require(BounceReport(report(), verifiedWith: key))
        #expect(report.mark == mark)
        #expect(report.action == .failed)
        #expect(report.diagnosis == "550 5.1.1 <probe@example.test>: Recipient address rejected")
    }

    @Test("A warning about a delay is no bounce")
    func delayed() throws {
        #expect(try #require(BounceReport(report(action: "delayed"), verifiedWith: key)).action == .delayed)
    }

    @Test("What is no report on a message of ours is none")
    func others() {
        let forged = "\(ProbeMark.headerName): in-1;ab-12;1787220000000;\(String(repeating: "0", count: 64))"
        #expect(BounceReport(report(header: forged), verifiedWith: key) == nil)
        #expect(BounceReport(report(header: "X-Other: 1"), verifiedWith: key) == nil)
        #expect(BounceReport(report(type: "multipart/mixed;"), verifiedWith: key) == nil)
        #expect(BounceReport(report(type: "multipart/report; report-type=disposition-notification;"), verifiedWith: key) == nil)
        #expect(BounceReport(report(action: "exploded"), verifiedWith: key) == nil)
        #expect(BounceReport([], verifiedWith: key) == nil)
    }

    @Test("No beginning of a report, and no byte of it put wrong, does harm")
    func hostile() {
        let whole = report()
        for end in whole.indices { _ = BounceReport(Array(whole[..<end]), verifiedWith: key) }
        for index in stride(from: 0, to: whole.count, by: 3) {
            var broken = whole
            broken[index] = 0xFF
            _ = BounceReport(broken, verifiedWith: key)
        }
        _ = BounceReport(Array(repeating: UInt8(ascii: ":"), count: 65_536), verifiedWith: key)
        _ = BounceReport(Array("\r\n \r\n\t:\r\n".utf8), verifiedWith: key)
    }
}
