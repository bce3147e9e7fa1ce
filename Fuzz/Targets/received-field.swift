// fuzz: module MailWireHeaders Sources/MailWire/Headers Sources/MailWire/Lines
import MailWireHeaders

/// Received headers of messages: any bytes are read without harm, nothing is longer than it may be, and what stands behind the header
/// changes nothing.
enum FuzzTarget: Fuzzing {
    static let seeds: [[UInt8]] = [
        "Received: from a (b [192.0.2.1])\r\n\tby mx-1.example.test (Postfix) with ESMTP id 4F2A1\r\n\tfor <a@b>; Sat, 28 Nov 2026 22:05:01 +0100 (CET)\r\n\r\n",
        "RECEIVED: by c id 1abcDE-0001Ab-CD; 28 Nov 26 22:05 EST\nReceived: (a (b\\) c)) by d with lmtp; Thu, 1 Jan 1970 00:00:60 -0000\n",
        "Subject: by x\nReceived:\n by\n e\n ;;\n",
    ].map { Array($0.utf8) }

    static func run(_ input: UnsafeRawBufferPointer) {
        let fields = ReceivedField.all(in: MessageHeader(input))
        precondition(fields.count <= ReceivedField.mostFields)
        for field in fields {
            for word in [field.by, field.id ?? "-", field.with ?? "-"] {
                precondition(!word.isEmpty && word.utf8.count <= 255 && word.utf8.allSatisfy { (0x21...0x7E).contains($0) })
            }
            precondition(field.seconds.map { (-86_400...253_402_400_000).contains($0) } ?? true)
        }
        precondition(
            ReceivedField.all(in: MessageHeader(Array(input) + Array("\r\n\r\nReceived: by body; x\r\n".utf8))).count >= fields.count - 1)
    }
}
