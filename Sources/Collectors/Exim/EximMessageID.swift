import PostwatchModel

/// The name that Exim gives a message and its files: `1xXNWx-0007pp-1n`, since 4.97 with eleven and four characters behind the first six.
/// Those six are the second of arrival in base 62. Source: Exim specification, "Message identification".
struct EximMessageID: Hashable, Sendable {
    let text: String
    let arrivedAt: Timestamp

    private static let lengths = [16, 23]

    /// The message of a file `<id>-H`, which holds its envelope; `nil` for other files.
    init?(headerFile name: UnsafeRawBufferPointer) {
        guard name.count > 2, name[name.count - 2] == UInt8(ascii: "-"), name[name.count - 1] == UInt8(ascii: "H") else { return nil }
        let id = UnsafeRawBufferPointer(rebasing: name.dropLast(2))
        guard Self.lengths.contains(id.count), id[6] == UInt8(ascii: "-"), id[id.count == 16 ? 13 : 18] == UInt8(ascii: "-") else {
            return nil
        }
        var seconds: Int64 = 0
        for (position, byte) in id.enumerated() {
            guard let digit = Self.digit(byte) else {
                if byte == UInt8(ascii: "-"), position >= 6 { continue }
                return nil
            }
            if position < 6 { seconds = seconds * 62 + digit }
        }
        text = String(decoding: id, as: UTF8.self)
        arrivedAt = Timestamp(milliseconds: seconds * 1000)
    }

    /// 0–9, A–Z, a–z.
    private static func digit(_ byte: UInt8) -> Int64? {
        switch byte {
        case 0x30...0x39: Int64(byte - 0x30)
        case 0x41...0x5A: Int64(byte - 0x41) + 10
        case 0x61...0x7A: Int64(byte - 0x61) + 36
        default: nil
        }
    }
}
