import MailWire
import Testing

@testable import Journeys

@Suite struct QueueIDTests {
    @Test(
        "The name that a server gives a message in its log is taken from its word of acceptance",
        arguments: [
            ("2.0.0 Ok: queued as 3F2A1", "3F2A1"), ("2.0.0 Ok: queued as 4YzXw5tSr6zQ.", "4YzXw5tSr6zQ"),
            ("OK id=1rXyZa-0001Ab-2C", "1rXyZa-0001Ab-2C"),
            ("2.0.0 47KA0abc012345 Message accepted for delivery", "47KA0abc012345"), ("2.0.0 Message accepted for delivery", nil),
            ("2.0.0 Ok", nil), ("2.0.0 Ok: queued as", nil), ("queued as ....", nil), ("id=", nil), ("", nil),
        ] as [(String, String?)])
    func names(text: String, name: String?) {
        #expect(SMTPReply(code: 250, lines: [text]).queueID == name)
    }
}
