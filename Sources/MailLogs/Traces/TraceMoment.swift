/// When a line of a traced message was written. Read again from its beginning, since no other line is asked for parts of a second.
struct TraceMoment {
    /// Since 1970-01-01T00:00:00Z.
    let milliseconds: Int64
    /// Whether the line told parts of a second.
    let isFine: Bool

    /// - Parameter whole: the line from its first byte on.
    init(seconds: UInt32, whole: LogBytes) {
        let fraction = Self.fraction(whole)
        milliseconds = Int64(seconds) * 1000 + Int64(fraction ?? 0)
        isFine = fraction != nil
    }

    // MARK: - Private

    /// Of `2026-11-21T12:00:00.123456+01:00`, in milliseconds.
    private static func fraction(_ whole: LogBytes) -> Int? {
        var line = whole
        if line[0] == UInt8(ascii: "<"), let end = line.prefix(8).index(of: UInt8(ascii: ">")) { line = line.dropFirst(end + 1) }
        if line[0] == UInt8(ascii: "1"), line[1] == UInt8(ascii: " ") { line = line.dropFirst(2) }
        guard LogBytes.isDigit(line[0]), line[19] == UInt8(ascii: ".") || line[19] == UInt8(ascii: ","), LogBytes.isDigit(line[20]) else {
            return nil
        }
        var value = 0
        var worth = 100
        var position = 20
        while LogBytes.isDigit(line[position]), worth > 0 {
            value += Int(line[position] - 48) * worth
            worth /= 10
            position += 1
        }
        return value
    }
}
