/// Numbers for a bounded set of short names, as they stand in a log. Number 0 is for whatever came after the table was full.
struct NameTable: Sendable {
    /// What number 0 is called where it is shown.
    static let other = "other"

    /// How many names it takes, and how long each may be.
    private let limit: Int
    private let longest: Int
    private let seed: UInt64
    private var bytes: [UInt8] = []
    /// Where each name ends in `bytes`; its first is for number 0.
    private var ends: [Int] = [0]
    private var index = IndexTable()
    private var last = 0

    /// - Parameters:
    ///   - limit: > 0.
    ///   - longest: in bytes; a longer name is number 0.
    init(limit: Int, longest: Int = 100, seed: UInt64) {
        self.limit = limit
        self.longest = longest
        self.seed = seed
    }

    /// Including number 0.
    var count: Int { ends.count }

    /// The number of a name that is known or finds a place, otherwise 0.
    @inline(__always)
    mutating func number(of name: LogBytes) -> Int {
        if last > 0, isName(last, name) { return last }
        return search(name)
    }

    /// The name of a number.
    func name(_ number: Int) -> String {
        number == 0 ? Self.other : String(decoding: bytes[ends[number - 1]..<ends[number]], as: UTF8.self)
    }

    /// The name of a number; empty for 0, which is nobody's.
    func tracedName(_ number: Int) -> String { number == 0 ? "" : name(number) }

    /// The bytes of the name of a number, none for 0.
    func nameBytes(_ number: Int) -> ArraySlice<UInt8> {
        number == 0 ? [] : bytes[ends[number - 1]..<ends[number]]
    }

    // MARK: - Private

    @inline(__always)
    private func isName(_ number: Int, _ name: LogBytes) -> Bool {
        let start = ends[number &- 1]
        guard ends[number] &- start == name.count else { return false }
        return bytes.withUnsafeBytes { stored in
            guard let base = stored.baseAddress else { return true }
            return name.equals(base + start, count: name.count)
        }
    }

    private mutating func search(_ name: LogBytes) -> Int {
        let hash = name.hash(seed: seed)
        if let number = index.find(hash, { isName($0, name) }) {
            last = number
            return number
        }
        guard ends.count <= limit, name.count <= longest, !name.isEmpty else { return 0 }
        bytes.append(contentsOf: UnsafeRawBufferPointer(start: name.start, count: name.count))
        ends.append(bytes.count)
        let number = ends.count - 1
        index.insert(hash, number)
        last = number
        return number
    }
}

extension NameTable: Restorable {
    func encode(to writer: inout ByteWriter) {
        writer.number(count - 1)
        for number in 1..<max(count, 1) { writer.bytes(nameBytes(number)) }
    }

    mutating func decode(from reader: inout ByteReader) throws(MailLogFault) {
        for expected in 1..<(try reader.count(upTo: limit) + 1) {
            let name = try reader.bytes()
            guard number(of: name) == expected else { throw .damaged }
        }
    }
}
