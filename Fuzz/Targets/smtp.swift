// fuzz: module MailWire Sources/MailWire/SMTP Sources/MailWire/Authentication Sources/MailWire/Lines
import MailWire

/// What SMTP servers answer, and what clients of the receiver say.
enum FuzzTarget: Fuzzing {
    static let seeds: [[UInt8]] = [
        "220 mx-1.example.test ESMTP\r\n250-mx-1\r\n250-SIZE 1000\r\n250 STARTTLS\r\n", "334 VXNlcm5hbWU6\r\n334 \r\n235 2.7.0 ok\r\n",
        "550 5.1.1 <a@b.test>: unknown\r\n421 4.3.2 bye\r\n", "250-a\r\n251 b\r\n",
        "EHLO a\r\nMAIL FROM:<a@b.test> SIZE=9\r\nRCPT TO:<@x:c@d>\r\n",
        "DATA\r\nSubject: x\r\n\r\n..a\r\n.\n.\r\nQUIT\r\n", "HELO\r\nMAIL FROM:<\r\nSTARTTLS\r\nRSET\r\nNOOP\r\n",
    ].map { Array($0.utf8) }

    static func run(_ input: UnsafeRawBufferPointer) {
        let bytes = Array(input)
        let replies = self.replies(bytes, pieces: [bytes])
        precondition(replies == self.replies(bytes, pieces: bytes.map { [$0] }), "a reply depends on how its bytes are cut")
        for mechanism in SMTPMechanism.allCases { authenticate(mechanism, replies) }
        checkDots(bytes)
        precondition(inputs([bytes]) == inputs(bytes.map { [$0] }), "a command depends on how its bytes are cut")
    }

    /// A message arrives as it was sent, whatever it holds: one dot alone on a line ends it, and nothing before.
    private static func checkDots(_ message: [UInt8]) {
        let end = Array("\r\n.\r\n".utf8)
        let whole = Array("\r\n".utf8) + DotStuffing.encode(message)
        let ends = whole.indices.count { whole[$0...].starts(with: end) }
        precondition(ends == 1 && whole.suffix(5).elementsEqual(end), "a message ends where it should not")
    }

    private static func replies(_ bytes: [UInt8], pieces: [[UInt8]]) -> [SMTPReply] {
        var parser = SMTPReplyParser()
        var replies: [SMTPReply] = []
        for piece in pieces {
            parser.append(piece)
            do throws(WireFault) {
                while let reply = try parser.next() {
                    precondition(!reply.lines.isEmpty && reply.lines.count <= SMTPReplyParser.lineCountLimit)
                    replies.append(reply)
                    _ = (SMTPCapabilities(reply), reply.enhancedStatus, reply.description)
                }
            } catch {
                return replies
            }
        }
        return replies
    }

    /// Ends after a handful of answers, whatever the server says.
    private static func authenticate(_ mechanism: SMTPMechanism, _ replies: [SMTPReply]) {
        guard var exchange = try? SMTPAuthentication(mechanism, username: "a", secret: "b") else { return }
        _ = exchange.begin()
        for (index, reply) in replies.enumerated() {
            guard case .send = exchange.take(reply) else { return }
            precondition(index < 4, "a server can ask for ever")
        }
    }

    private static func inputs(_ pieces: [[UInt8]]) -> [SMTPRequestParser.Input] {
        let limit = 200
        var parser = SMTPRequestParser(messageLimit: limit)
        var inputs: [SMTPRequestParser.Input] = []
        for piece in pieces {
            parser.append(piece)
            do throws(WireFault) {
                while let input = try parser.next() {
                    inputs.append(input)
                    if input == .request(.data) { parser.expectMessage() }
                    if case .message(let message?) = input { precondition(message.count <= limit) }
                }
            } catch {
                return inputs
            }
        }
        return inputs
    }
}
