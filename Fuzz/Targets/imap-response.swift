// fuzz: module MailWire Sources/MailWire/IMAP Sources/MailWire/Authentication Sources/MailWire/Lines
import MailWire

/// What an IMAP server sends, in one piece and in two: the first byte says where it is cut.
enum FuzzTarget: Fuzzing {
    static let seeds: [[UInt8]] = [
        "* OK [CAPABILITY IMAP4rev1 SASL-IR] ready {5}\r\n", "p1 NO [AUTHENTICATIONFAILED] no\r\n+ idling\r\n* BYE enough\r\n",
        "* 23 EXISTS\r\n* 4 EXPUNGE\r\n* SEARCH 2 84 (MODSEQ 9)\r\n* FLAGS (\\Seen $Label[1])\r\n",
        "* LIST (\\HasNoChildren \\Sent) \"/\" {7}\r\nT&APw-r\r\n* STATUS a (MESSAGES 2 X (a b))\r\n",
        "* VANISHED (EARLIER) 41,43:116\r\np2 OK [APPENDUID 38505 3955] done\r\n",
        "* 12 FETCH (UID 77 FLAGS (\\Seen) RFC822.SIZE 9 BODY[HEADER.FIELDS (X-A)]<0> {9}\r\nX-A: }\r\n\n ENVELOPE (\"d\" NIL ((\"n\"))))\r\n",
    ].map { [40] + Array($0.utf8) }

    static func run(_ input: UnsafeRawBufferPointer) {
        guard let cut = input.first else { return }
        let bytes = Array(input.dropFirst())
        let middle = min(Int(cut), bytes.count)
        precondition(read([bytes]) == read([Array(bytes[..<middle]), Array(bytes[middle...])]))
        _ = SASLCredentials.text(ofChallenge: String(decoding: bytes, as: UTF8.self))
    }

    private struct Reading: Equatable {
        var responses: [IMAPResponse] = []
        var fault: WireFault?
    }

    private static func read(_ pieces: [[UInt8]]) -> Reading {
        var limits = IMAPResponseParser.Limits()
        limits.line = 512
        limits.literal = 256
        limits.response = 1024
        limits.nesting = 8
        var parser = IMAPResponseParser(limits: limits)
        var reading = Reading()
        for piece in pieces {
            parser.append(piece)
            do throws(WireFault) {
                while let response = try parser.next() { reading.responses.append(response) }
            } catch {
                reading.fault = error
                return reading
            }
        }
        return reading
    }
}
