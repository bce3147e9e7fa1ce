/// The header of a message, as far as it is looked into. Source: RFC 5322, section 2.2.
public struct MessageHeader: Hashable, Sendable {
    /// One field, unfolded.
    private struct Field: Hashable {
        /// In small letters.
        let name: String
        let value: String
    }

    /// A hostile message may have any number of fields, of any length.
    private static let fieldLimit = 500
    private static let fieldLengthLimit = 4096
    private static let lengthLimit = 256 << 10

    private let fields: [Field]

    /// Reads up to the first empty line, or of a message with parts what looks like a field in any of them. What is no field is left out.
    public init(_ bytes: some Sequence<UInt8>, throughAllParts: Bool = false) {
        var fields: [Field] = []
        var field: [UInt8] = []
        var line: [UInt8] = []
        func close() {
            if fields.count < Self.fieldLimit, let field = Self.field(field) { fields.append(field) }
            field = []
        }
        /// `false` behind the header.
        func end() -> Bool {
            defer { line.removeAll(keepingCapacity: true) }
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            guard let first = line.first else {
                close()
                return throughAllParts
            }
            if first == UInt8(ascii: " ") || first == UInt8(ascii: "\t") {
                if !field.isEmpty, field.count + line.count <= Self.fieldLengthLimit { field += line }
            } else {
                close()
                field = line
            }
            return true
        }
        for byte in bytes.prefix(Self.lengthLimit) {
            if byte == UInt8(ascii: "\n") {
                guard end() else { break }
            } else if line.count < Self.fieldLengthLimit {
                line.append(byte)
            }
        }
        if !line.isEmpty { _ = end() }
        close()
        self.fields = fields
    }

    /// The values of a field, as often as it is there, in the message's order.
    public func values(of name: String) -> [String] {
        let name = name.lowercased()
        return fields.filter { $0.name == name }.map(\.value)
    }

    /// Whether the message says that another could not be delivered. Source: RFC 3464, section 2.
    public var isDeliveryReport: Bool {
        values(of: "Content-Type").contains { value in
            let text = value.lowercased()
            return text.contains("multipart/report") && text.contains("delivery-status")
        }
    }

    // MARK: - Private

    private static func field(_ line: [UInt8]) -> Field? {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0 else { return nil }
        let (name, value) = (String(decoding: line[..<colon], as: UTF8.self), String(decoding: line[(colon + 1)...], as: UTF8.self))
        return Field(name: WireText.trimmed(name).lowercased(), value: WireText.trimmed(value))
    }
}
