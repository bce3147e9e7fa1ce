import PostwatchModel

/// The header of a message, as far as it is looked into. Source: RFC 5322, section 2.2.
struct MessageHeader {
    /// Fields that are looked at; a hostile message may have any number.
    private static let fieldLimit = 500

    private var fields: [(name: String, value: String)] = []

    /// Reads up to the first empty line. Folded fields are joined; what is no field is left out.
    init(_ bytes: some Sequence<UInt8>) {
        // Split by bytes: as text CR and LF would be one character, and a stray one of them none.
        var rest = Array(bytes)[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = rest[..<end]
            rest = rest[(end + 1)...]
            let text = String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
            if text.isEmpty { break }
            if text.first == " " || text.first == "\t" {
                if !fields.isEmpty { fields[fields.count - 1].value += text }
            } else if let colon = text.firstIndex(of: ":"), fields.count < Self.fieldLimit {
                fields.append((text[..<colon].lowercased(), String(text[text.index(after: colon)...])))
            }
        }
    }

    /// The values of a field, as often as it is there, in the message's order.
    func values(of name: String) -> [String] {
        let name = name.lowercased()
        return fields.filter { $0.name == name }.map(\.value)
    }

    /// Whether the message says that another could not be delivered. Source: RFC 3464, section 2.
    var isDeliveryReport: Bool {
        values(of: "Content-Type").contains { value in
            let text = value.lowercased()
            return text.contains("multipart/report") && text.contains("delivery-status")
        }
    }
}
