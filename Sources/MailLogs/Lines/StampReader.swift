/// Reads the times of lines. Neighbours share most of theirs, so what was read last is kept: bytes that stand there again are not read
/// again.
struct StampReader: Sendable {
    var calendar: LogCalendar {
        didSet { lastTraditional = Self.noWords }
    }

    /// The 15 bytes of the last traditional time, in two overlapping words, and what it meant.
    private var lastTraditional = noWords
    private var lastTraditionalSeconds: Int64 = 0
    /// The 19 bytes of the last `2026-11-21T12:00:00`, in three overlapping words, and what it meant without its zone.
    private var lastDated: (UInt64, UInt64, UInt64) = (0, 0, 1)
    private var lastDatedSeconds: Int64 = 0

    init(calendar: LogCalendar) {
        self.calendar = calendar
    }

    /// `Nov 21 12:00:00` at the beginning of `line`: 15 bytes. `nil` when something else stands there.
    /// Source: RFC 3164, section 4.1.2.
    @inline(__always)
    mutating func traditional(_ line: LogBytes) -> Int64? {
        guard line.count >= 15 else { return nil }
        let words = (
            line.start.loadUnaligned(fromByteOffset: 0, as: UInt64.self), line.start.loadUnaligned(fromByteOffset: 7, as: UInt64.self)
        )
        if words == lastTraditional { return lastTraditionalSeconds }
        guard let seconds = readTraditional(line) else { return nil }
        lastTraditional = words
        lastTraditionalSeconds = seconds
        return seconds
    }

    /// `2026-11-21T12:00:00.123456+01:00`, or with a blank between, with or without fraction and zone; and where it ends. A time without
    /// zone is local. `nil` when something else stands there.
    /// Source: RFC 3339, section 5.6; RFC 5424, section 6.2.3.
    @inline(__always)
    mutating func dated(_ line: LogBytes) -> (seconds: Int64, end: Int)? {
        guard line.count >= 19 else { return nil }
        let words = (
            line.start.loadUnaligned(fromByteOffset: 0, as: UInt64.self), line.start.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
            line.start.loadUnaligned(fromByteOffset: 11, as: UInt64.self)
        )
        if words != lastDated {
            guard let seconds = Self.readDated(line) else { return nil }
            lastDated = words
            lastDatedSeconds = seconds
        }
        var position = 19
        if line[position] == UInt8(ascii: ".") || line[position] == UInt8(ascii: ",") {
            position += 1
            while LogBytes.isDigit(line[position]) { position += 1 }
        }
        switch line[position] {
        case UInt8(ascii: "Z"), UInt8(ascii: "z"):
            return (lastDatedSeconds, position + 1)
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            guard let (offset, end) = Self.zone(line, at: position) else { return nil }
            return (lastDatedSeconds - offset, end)
        default:
            return (calendar.utc(of: lastDatedSeconds), position)
        }
    }

    // MARK: - Private

    /// Words that no bytes give: the byte that both share differs.
    private static let noWords: (UInt64, UInt64) = (0, 1)
    private static let months: StaticString = "JanFebMarAprMayJunJulAugSepOctNovDec"

    private func readTraditional(_ line: LogBytes) -> Int64? {
        var month = 0
        while month < 12 {
            let name = Self.months.utf8Start + month * 3
            if line[0] == name[0], line[1] == name[1], line[2] == name[2] { break }
            month += 1
        }
        guard month < 12, line[3] == UInt8(ascii: " "), let day = line.number(at: line[4] == UInt8(ascii: " ") ? 5 : 4), day.end == 6,
            line[6] == UInt8(ascii: " "), let second = Self.secondOfDay(line, at: 7)
        else { return nil }
        return calendar.moment(month: month + 1, day: day.value, secondOfDay: second)
    }

    private static func readDated(_ line: LogBytes) -> Int64? {
        guard let year = line.number(at: 0), year.end == 4, line[4] == UInt8(ascii: "-"), let month = pair(line, at: 5),
            line[7] == UInt8(ascii: "-"), let day = pair(line, at: 8), line[10] == UInt8(ascii: "T") || line[10] == UInt8(ascii: " "),
            let second = secondOfDay(line, at: 11), LogCalendar.isDate(year: year.value, month: month, day: day)
        else { return nil }
        return LogCalendar.dayNumber(year: year.value, month: month, day: day) * 86_400 + second
    }

    private static func secondOfDay(_ line: LogBytes, at index: Int) -> Int64? {
        guard let hour = pair(line, at: index), line[index + 2] == UInt8(ascii: ":"), let minute = pair(line, at: index + 3),
            line[index + 5] == UInt8(ascii: ":"), let second = pair(line, at: index + 6), hour < 24, minute < 60, second <= 60
        else { return nil }
        return Int64(hour * 3600 + minute * 60 + second)
    }

    private static func zone(_ line: LogBytes, at index: Int) -> (offset: Int64, end: Int)? {
        guard let hours = pair(line, at: index + 1) else { return nil }
        let colon = line[index + 3] == UInt8(ascii: ":") ? 1 : 0
        guard let minutes = pair(line, at: index + 3 + colon) else { return nil }
        let offset = Int64(hours * 3600 + minutes * 60)
        return (line[index] == UInt8(ascii: "-") ? -offset : offset, index + 5 + colon)
    }

    private static func pair(_ line: LogBytes, at index: Int) -> Int? {
        let tens = line[index] &- 48
        let ones = line[index + 1] &- 48
        return tens < 10 && ones < 10 ? Int(tens) * 10 + Int(ones) : nil
    }
}
