/// The first part of a file `<id>-H` in Exim's spool: where a message comes from, whom it still has to reach, and what became of it.
/// The headers behind it are not looked at. Source: Exim specification, "Format of the -H file"; checked against what Exim 4.96 writes.
struct EximEnvelope: Hashable, Sendable {
    /// Why there is no envelope.
    enum Fault: Error, Hashable, Sendable {
        /// The bytes end before the envelope does.
        case incomplete
        /// The bytes are not what Exim writes.
        case damaged
    }

    /// `false` for a notice of failure.
    let hasSender: Bool
    /// How often the sender was told that the message is late.
    let warnings: Int
    let isFrozen: Bool
    /// Whether no delivery was tried yet.
    let isNew: Bool
    /// Of the recipients whom the message has not reached yet, each once, in lower case; empty text for one without a domain.
    let domains: [String]
    /// In bytes, with the empty line at its end. The headers follow.
    let length: Int

    /// - Parameter id: The name of the message, which stands in the first line too.
    init(_ bytes: ArraySlice<UInt8>, of id: String) throws(Fault) {
        var lines = Lines(bytes)
        guard try lines.next().elementsEqual("\(id)-H".utf8) else { throw .damaged }
        // The user whose process took the message.
        _ = try lines.next()
        let sender = try lines.next()
        guard sender.count >= 2, sender.first == UInt8(ascii: "<"), sender.last == UInt8(ascii: ">") else { throw .damaged }
        hasSender = sender.count > 2
        let times = try lines.next().split(separator: UInt8(ascii: " "))
        guard times.count == 2, Self.number(times[0]) != nil, let warned = Self.number(times[1]) else { throw .damaged }
        warnings = warned
        var line = try lines.next()
        var frozen = false
        var new = false
        while line.first == UInt8(ascii: "-") {
            let variable = Self.name(line)
            if variable.starts(with: "frozen ".utf8) {
                frozen = true
            } else if variable.elementsEqual("deliver_firsttime".utf8) {
                new = true
            } else if ["aclc ", "aclm ", "acl "].contains(where: { variable.starts(with: $0.utf8) }) {
                // The text stands behind this line and may have lines of its own.
                guard let length = Self.number(variable.split(separator: UInt8(ascii: " ")).last ?? []) else { throw .damaged }
                try lines.skip(length + 1)
            }
            line = try lines.next()
        }
        isFrozen = frozen
        isNew = new
        let done = try Self.addresses(ofTree: line, &lines)
        domains = try Self.domains(&lines, without: done)
        guard try lines.next().isEmpty else { throw .damaged }
        length = lines.position
    }

    // MARK: - Private

    private struct Lines {
        private let bytes: ArraySlice<UInt8>
        private var start: Int

        init(_ bytes: ArraySlice<UInt8>) {
            self.bytes = bytes
            start = bytes.startIndex
        }

        /// How many bytes were taken.
        var position: Int { start - bytes.startIndex }

        /// Without its end.
        mutating func next() throws(Fault) -> ArraySlice<UInt8> {
            guard let end = bytes[start...].firstIndex(of: 0x0A) else { throw .incomplete }
            defer { start = end + 1 }
            return bytes[start..<end]
        }

        mutating func skip(_ count: Int) throws(Fault) {
            guard count <= bytes.endIndex - start else { throw .incomplete }
            start += count
        }
    }

    /// `frozen 1795891950` of `-frozen 1795891950`. A second hyphen says that others had a hand in the text, and parentheses how it is quoted.
    private static func name(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let name = line.drop { $0 == UInt8(ascii: "-") }
        guard name.first == UInt8(ascii: "("), let end = name.firstIndex(of: UInt8(ascii: ")")) else { return name }
        return name[(end + 1)...]
    }

    /// Whom the message has reached: a binary tree, each node on a line, with a letter for each of its branches that says whether there
    /// is one. `XX` is the empty tree.
    private static func addresses(ofTree first: ArraySlice<UInt8>, _ lines: inout Lines) throws(Fault) -> Set<String> {
        var addresses: Set<String> = []
        var line = first
        if line.elementsEqual("XX".utf8) { return addresses }
        var open = 1
        while true {
            let flags = line.prefix(2)
            guard line.count > 3, line[line.startIndex + 2] == UInt8(ascii: " "),
                flags.allSatisfy({ $0 == UInt8(ascii: "Y") || $0 == UInt8(ascii: "N") })
            else { throw .damaged }
            addresses.insert(text(line.dropFirst(3)))
            open += flags.count { $0 == UInt8(ascii: "Y") } - 1
            if open == 0 { return addresses }
            line = try lines.next()
        }
    }

    /// A number, and so many recipients, each on a line.
    private static func domains(_ lines: inout Lines, without done: Set<String>) throws(Fault) -> [String] {
        guard let count = number(try lines.next()) else { throw .damaged }
        var domains: [String] = []
        var seen: Set<String> = []
        for _ in 0..<count {
            let address = address(try lines.next())
            guard done.isEmpty || !done.contains(text(address)) else { continue }
            let domain = domain(address)
            if count == 1 || seen.insert(domain).inserted { domains.append(domain) }
        }
        return domains
    }

    /// What stands before the first space that is not in quotation marks: behind it Exim keeps what belongs to the address.
    private static func address(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var isQuoted = false
        var isEscaped = false
        for (position, byte) in zip(line.indices, line) {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if byte == UInt8(ascii: " "), !isQuoted {
                return line[..<position]
            }
        }
        return line
    }

    private static func domain(_ address: ArraySlice<UInt8>) -> String {
        guard let at = address.lastIndex(of: UInt8(ascii: "@")) else { return "" }
        let domain = address[(at + 1)...]
        return domain.allSatisfy { $0 > 0x20 && $0 != 0x7F } ? text(domain) : ""
    }

    /// In lower case: domains are the same in either, and so are the addresses of most systems.
    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.lazy.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    /// A whole number of 0 or more.
    private static func number(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard !bytes.isEmpty, bytes.count <= 12 else { return nil }
        var number = 0
        for byte in bytes {
            guard (0x30...0x39).contains(byte) else { return nil }
            number = number * 10 + Int(byte - 0x30)
        }
        return number
    }
}
