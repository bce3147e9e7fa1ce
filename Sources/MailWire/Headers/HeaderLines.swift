/// The bodies of all header fields of one name, unfolded, in the order in which they stand. Source: RFC 5322, section 2.2.
struct HeaderLines: Sequence {
    private let bodies: [String]

    /// A field is read up to here, and a header up to there.
    private static let longestField = 4096
    private static let longestHeader = 256 << 10

    /// - Parameters:
    ///   - header: reading ends at its empty line.
    ///   - name: in small letters.
    ///   - most: fields that are looked for.
    init(_ header: some Sequence<UInt8>, named name: String, most: Int) {
        let sought = Array(name.utf8) + [UInt8(ascii: ":")]
        var bodies: [String] = []
        var field: [UInt8] = []
        var line: [UInt8] = []
        func close() {
            guard bodies.count < most, field.count > sought.count, field.prefix(sought.count).map(Self.lowercase) == sought else { return }
            bodies.append(String(decoding: field.dropFirst(sought.count), as: UTF8.self))
        }
        var count = 0
        for byte in header {
            count += 1
            if count > Self.longestHeader { break }
            guard byte == UInt8(ascii: "\n") else {
                if line.count < Self.longestField { line.append(byte) }
                continue
            }
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            if line.isEmpty { break }
            if line[0] == UInt8(ascii: " ") || line[0] == UInt8(ascii: "\t") {
                if field.count + line.count <= Self.longestField { field += line }
            } else {
                close()
                field = line
            }
            line.removeAll(keepingCapacity: true)
        }
        if let first = line.first, first == UInt8(ascii: " ") || first == UInt8(ascii: "\t") {
            field += line
        } else if !line.isEmpty {
            close()
            field = line
        }
        close()
        self.bodies = bodies
    }

    func makeIterator() -> IndexingIterator<[String]> { bodies.makeIterator() }

    // MARK: - Private

    private static func lowercase(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
}
