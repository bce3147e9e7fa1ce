import Testing

@testable import MailLogs

@Suite("Why Exim put a message off")
struct EximDeferralTests {
    @Test(
        "stands in the last line of the message's log that tells it",
        arguments: [
            (
                """
                2026-11-28 18:52:15 Received from s@sender.example U=root P=local S=269
                2026-11-28 18:52:30 H=127.0.0.1 [127.0.0.1] Connection refused
                2026-11-28 18:52:30 u@Refused.example R=r T=t defer (111): Connection refused

                """, "refused.example", DeliveryReason.connectRefused
            ),
            (
                """
                2026-11-28 18:52:30.123 +0000 u@a.example R=r T=t defer (111): Connection refused
                2026-11-28 18:53:30.123 +0000 u <u@b.example> R=r T=t defer (-44) H=h [192.0.2.1]: SMTP error from remote mail server after \
                RCPT TO:<u@b.example>: 451 4.7.1 Greylisted, try again later
                2026-11-28 18:54:30.123 +0000 u@a.example R=r T=t defer (-53): retry time not reached for any host
                2026-11-28 18:55:30.123 +0000 *** Frozen
                """, "b.example", .greylisting
            ),
            ("x defer (1): y\n2026-11-28 18:52:30 u@a.example R=r defer (-1): host lookup did not complete", "a.example", .dns),
        ])
    func found(log: String, domain: String, reason: DeliveryReason) {
        let deferral = EximDeferral(lastIn: Array(log.utf8)[...])
        #expect(deferral?.domain == domain)
        #expect(deferral?.reason == reason)
    }

    @Test(
        "stands in no log of a message that was not tried, and in nothing else",
        arguments: [
            "", "\n\n\n", " defer (", "2026-11-28 defer (", "2026-11-28 18:52:15 Received from s@sender.example U=root P=local S=269\n",
        ])
    func absent(log: String) {
        #expect(EximDeferral(lastIn: Array(log.utf8)[...]) == nil)
    }
}
