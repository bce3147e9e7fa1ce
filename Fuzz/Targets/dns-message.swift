// fuzz: module MailWire Sources/MailWire/Names Sources/MailWire/Lines/WireFault.swift Sources/MailWire/Lines/WireText.swift
import MailWire

/// Answers of name servers, which anybody on the way may have made up.
enum FuzzTarget: Fuzzing {
    static let seeds: [[UInt8]] = {
        let head: [UInt8] = [0x12, 0x34, 0x81, 0xA0, 0, 1, 0, 1, 0, 0, 0, 0, 2, 109, 120, 4, 116, 101, 115, 116, 0, 0, 1, 0, 1]
        let contents: [(UInt8, [UInt8])] = [
            (1, [192, 0, 2, 1]), (28, [UInt8](repeating: 1, count: 16)), (5, [1, 97, 0xC0, 15]), (15, [0, 10, 0xC0, 12]),
            (16, [2, 104, 105, 1, 33]), (52, [3, 1, 1, 0xAB]), (6, [0xC0, 12, 0xC0, 12] + [UInt8](repeating: 0, count: 20)), (99, [1]),
        ]
        return contents.map { type, data in head + [0xC0, 12, 0, type, 0, 1, 0, 0, 1, 0, 0, UInt8(data.count)] + data }
    }()

    static func run(_ input: UnsafeRawBufferPointer) {
        guard let message = try? DNSMessage(Array(input)) else { return }
        precondition(message.answers.count <= DNSMessage.answerLimit)
        for record in message.answers {
            // A name of 255 bytes, each of them written with four characters.
            precondition(
                record.name.utf8.count <= 1024 && !record.description.isEmpty || record.content == .text("") || record.content == .host(""))
        }
    }
}
