/// Reads what Knot's control answers to one command: units, each a byte that says its kind and then fields (number, length, text), ended by
/// a byte that closes the block.
///
/// Bytes may come in pieces of any size. Memory is bounded by the limits.
/// Source: Knot DNS, `libknot/control`; checked against what Knot 3.2 writes.
struct KnotAnswerParser: Sendable {
    /// The bytes are no answer of Knot's control.
    enum Fault: Error, Hashable, Sendable {
        case tooLong(limit: Int)
        case tooManyUnits(limit: Int)
        case unknownCode(UInt8)
    }

    /// Whether the end of the answer was read; bytes after it are ignored.
    private(set) var isComplete = false
    /// Those that are complete.
    private(set) var units: [KnotUnit] = []

    private let byteLimit: Int
    private let unitLimit: Int
    private var byteCount = 0
    /// The beginning of a field, at most 64 KiB.
    private var rest: [UInt8] = []
    private var unit: KnotUnit?

    init(byteLimit: Int, unitLimit: Int) {
        self.byteLimit = byteLimit
        self.unitLimit = unitLimit
    }

    /// Takes the next bytes. After a fault the parser is of no more use.
    mutating func consume(_ bytes: ArraySlice<UInt8>) throws(Fault) {
        byteCount += bytes.count
        guard byteCount <= byteLimit else { throw .tooLong(limit: byteLimit) }
        var rest = self.rest + bytes
        var position = rest.startIndex
        while !isComplete, position < rest.endIndex {
            let code = rest[position]
            if code < Self.firstField {
                try begin(code)
                position += 1
                continue
            }
            guard unit != nil else { throw .unknownCode(code) }
            guard position + 3 <= rest.endIndex else { break }
            let end = position + 3 + (Int(rest[position + 1]) << 8 | Int(rest[position + 2]))
            guard end <= rest.endIndex else { break }
            note(code - Self.firstField, rest[(position + 3)..<end])
            position = end
        }
        rest.removeFirst(position)
        self.rest = rest
    }

    // MARK: - Private

    /// Lower codes begin a unit or end the answer.
    private static let firstField: UInt8 = 16

    private mutating func begin(_ code: UInt8) throws(Fault) {
        if let unit {
            guard units.count < unitLimit else { throw .tooManyUnits(limit: unitLimit) }
            units.append(unit)
        }
        switch code {
        // The end of everything, and the end of a block.
        case 0, 3: isComplete = true
        // A unit, and a further value of the one before, which repeats all that they have in common.
        case 1, 2: unit = KnotUnit()
        default: throw .unknownCode(code)
        }
    }

    private mutating func note(_ field: UInt8, _ bytes: ArraySlice<UInt8>) {
        let text = String(decoding: bytes, as: UTF8.self)
        switch field {
        case 2: unit?.error = text
        case 3: unit?.section = text
        case 4: unit?.item = text
        case 5: unit?.id = text
        case 6: unit?.zone = text
        case 9: unit?.type = text
        case 10: unit?.data = text
        // Those that only commands have, and those of later versions.
        default: break
        }
    }
}

extension KnotAnswerParser.Fault: CustomStringConvertible {
    var description: String {
        switch self {
        case .tooLong(let limit): "more than \(limit) bytes; set zones lower than the zones that there are"
        case .tooManyUnits(let limit): "more than \(limit) units; set zones lower than the zones that there are"
        case .unknownCode(let code): "the code \(code)"
        }
    }
}
