/// The last text for each of many numbers, in places of a fixed size. Addresses are left out: what is kept names nobody.
struct SampleTexts: Sendable {
    private static let longest = DestinationTable.longestSample

    /// For each number its place + 1, 0 when it has none.
    private var places: [UInt32] = []
    private var lengths: [UInt8] = []
    private var bytes: [UInt8] = []
    private var free: [UInt32] = []

    /// Keeps `text`, without addresses and cut.
    mutating func set(_ number: Int, _ text: LogBytes) {
        let place = place(of: number)
        let start = place * Self.longest
        var length = 0
        var position = 0
        while position < text.count, length < Self.longest {
            let byte = text[position]
            if byte == UInt8(ascii: "@") {
                // Back to where the local part begins, forward to where the domain ends.
                while length > 0, Self.isAddressByte(bytes[start + length - 1]) { length -= 1 }
                while position < text.count, Self.isAddressByte(text[position]) || text[position] == UInt8(ascii: "@") { position += 1 }
                bytes[start + length] = UInt8(ascii: "@")
                length += 1
            } else {
                bytes[start + length] = byte
                length += 1
                position += 1
            }
        }
        lengths[place] = UInt8(length)
    }

    mutating func clear(_ numbers: Range<Int>) {
        for number in numbers where number < places.count && places[number] > 0 {
            free.append(places[number] - 1)
            places[number] = 0
        }
    }

    /// Fit for a terminal: they are a stranger's words.
    func text(_ number: Int) -> String? {
        number < places.count && places[number] > 0 ? PrintableText.sentence(bytes(number)) : nil
    }

    func bytes(_ number: Int) -> ArraySlice<UInt8> {
        guard number < places.count, places[number] > 0 else { return [] }
        let start = Int(places[number] - 1) * Self.longest
        return bytes[start..<start + Int(lengths[Int(places[number] - 1)])]
    }

    /// Puts back what `bytes` gave.
    mutating func restore(_ number: Int, _ text: LogBytes) {
        if !text.isEmpty { set(number, text) }
    }

    // MARK: - Private

    private mutating func place(of number: Int) -> Int {
        while places.count <= number { places.append(0) }
        if places[number] > 0 { return Int(places[number] - 1) }
        let place: Int
        if let reused = free.popLast() {
            place = Int(reused)
        } else {
            place = lengths.count
            lengths.append(0)
            bytes.append(contentsOf: repeatElement(0, count: Self.longest))
        }
        places[number] = UInt32(place + 1)
        return place
    }

    private static func isAddressByte(_ byte: UInt8) -> Bool {
        LogBytes.isLetter(byte) || LogBytes.isDigit(byte) || byte >= 0x80
            || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "+")
            || byte == UInt8(ascii: "=")
    }
}
