/// Reads the parts of a DNS message one after the other. Source: RFC 1035, sections 3.2 and 4.1.
struct DNSReader {
    /// Source: RFC 1035, section 2.3.4.
    private static let nameLimit = 255

    private let message: [UInt8]
    private var position = 0

    init(_ message: [UInt8]) {
        self.message = message
    }

    mutating func bytes(_ count: Int) throws(WireFault) -> ArraySlice<UInt8> {
        guard count >= 0, message.count - position >= count else {
            throw .malformed(expected: "\(count) bytes more", found: "the end of the message")
        }
        defer { position += count }
        return message[position..<position + count]
    }

    mutating func number() throws(WireFault) -> UInt16 {
        try bytes(2).reduce(0) { $0 << 8 | UInt16($1) }
    }

    mutating func longNumber() throws(WireFault) -> UInt32 {
        try bytes(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// A name, followed through compression. Pointers lead backwards only, so that none leads in a circle.
    mutating func name() throws(WireFault) -> String {
        var text = ""
        var length = 0
        var place = position
        var limit = position
        var end: Int?
        while true {
            guard place < message.count else { throw .malformed(expected: "a name", found: "the end of the message") }
            let size = Int(message[place])
            if size == 0 {
                position = end ?? place + 1
                return text
            }
            if size >= 0xC0 {
                guard place + 1 < message.count else { throw .malformed(expected: "a name", found: "the end of the message") }
                let target = (size & 0x3F) << 8 | Int(message[place + 1])
                guard target < limit else { throw .malformed(expected: "a name", found: "a pointer that leads forwards") }
                end = end ?? place + 2
                place = target
                limit = target
                continue
            }
            length += size + 1
            guard size < 0x40, length < Self.nameLimit, place + 1 + size <= message.count else {
                throw .malformed(expected: "a name of at most \(Self.nameLimit) bytes", found: "another")
            }
            if !text.isEmpty { text += "." }
            text += message[(place + 1)..<(place + 1 + size)].map(Self.written).joined()
            place += 1 + size
        }
    }

    mutating func record() throws(WireFault) -> DNSRecord {
        let name = try name()
        let type = DNSType(rawValue: try number())
        _ = try number()
        let timeToLive = try longNumber()
        let size = Int(try number())
        let end = position + size
        guard end <= message.count else { throw .malformed(expected: "\(size) bytes of a record", found: "the end of the message") }
        let content = try content(of: type, size: size)
        guard position == end else { throw .malformed(expected: "a record of type \(type)", found: "one of another length") }
        return DNSRecord(name: name, type: type, timeToLive: timeToLive, content: content)
    }

    // MARK: - Private

    private mutating func content(of type: DNSType, size: Int) throws(WireFault) -> DNSRecord.Content {
        switch type {
        case .a, .aaaa:
            guard let address = InternetAddress(bytes: try bytes(size)), address.isIPv4 == (type == .a) else {
                throw .malformed(expected: "an address", found: "\(size) bytes")
            }
            return .address(address)
        case .cname, .ns, .ptr: return .host(try name())
        case .mx: return .exchanger(preference: Int(try number()), host: try name())
        case .txt: return .text(try text(size: size))
        case .soa:
            let primary = try name()
            _ = try name()
            let serial = try longNumber()
            _ = try bytes(16)
            return .authority(primary: primary, serial: serial)
        case .tlsa:
            guard size >= 3 else { throw .malformed(expected: "a TLSA record", found: "\(size) bytes") }
            let head = Array(try bytes(3))
            return .association(usage: head[0], selector: head[1], matching: head[2], data: Array(try bytes(size - 3)))
        default: return .other(Array(try bytes(size)))
        }
    }

    private mutating func text(size: Int) throws(WireFault) -> String {
        let end = position + size
        var text: [UInt8] = []
        while position < end {
            let count = try bytes(1).first.map(Int.init) ?? 0
            guard position + count <= end else { throw .malformed(expected: "a text", found: "one that is longer than its record") }
            text += try bytes(count)
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func written(_ byte: UInt8) -> String {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "\\"), 0...32, 127...255:
            let digits = String(byte)
            return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
        default: return String(Unicode.Scalar(byte))
        }
    }
}
