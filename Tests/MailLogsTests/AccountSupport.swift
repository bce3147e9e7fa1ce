import MailLogs
import Testing

extension MailLogAccount {
    /// 2026-11-21T12:00:00Z.
    static let noon: Int64 = 1_795_262_400

    /// An account of a log, read at 2026-11-21T12:00:00Z where local time is UTC.
    static func reading(_ log: String, limits: MailLogLimits = MailLogLimits()) -> MailLogAccount {
        var account = MailLogAccount(calendar: LogCalendar(reference: noon), limits: limits)
        account.take(text: log.hasSuffix("\n") ? log : log + "\n")
        return account
    }

    /// An account of lines of Postfix, given from the program on: `smtpd: connect from …`.
    static func postfix(_ lines: String..., limits: MailLogLimits = MailLogLimits()) -> MailLogAccount {
        reading(lines.map { postfixLine($0) }.joined(separator: "\n"), limits: limits)
    }

    static func postfixLine(_ line: String) -> String {
        let colon = line.firstIndex(of: ":") ?? line.endIndex
        return "Nov 21 11:00:00 mx1 postfix/\(line[..<colon])[123]\(line[colon...])"
    }

    /// Takes lines of Postfix, given from the program on.
    mutating func takePostfix(_ lines: String...) {
        take(text: lines.map { Self.postfixLine($0) + "\n" }.joined())
    }

    @discardableResult
    mutating func take(text: String) -> Int { take(array: Array(text.utf8)) }

    @discardableResult
    mutating func take(array: [UInt8]) -> Int { array.withUnsafeBytes { take($0) } }

    /// Takes `bytes` in pieces of `size`, as they would come from a file.
    mutating func take(_ bytes: [UInt8], inPiecesOf size: Int) {
        var rest: [UInt8] = []
        var position = 0
        while position < bytes.count {
            rest += bytes[position..<min(position + size, bytes.count)]
            position += size
            rest.removeFirst(take(array: rest))
        }
    }

    /// The points of a family that are not 0, as `label value, label value → number`.
    func points(_ family: String) -> [String: Double] {
        guard let found = families.first(where: { $0.name == family }) else { return ["no such family": -1] }
        var points: [String: Double] = [:]
        for point in found.points {
            let labels = point.labels.map(\.value).joined(separator: " ")
            switch point.value {
            case .number(let number): points[labels] = number
            case .histogram(let histogram): points[labels] = Double(histogram.count)
            }
        }
        return points.filter { $0.value != 0 }
    }

    /// The one value of a family without labels.
    func value(_ family: String) -> Double? { points(family)[""] }

    /// Expects these points of a family, as `points` gives them, and no others that are not 0.
    func expect(_ family: String, _ expected: [String: Double], sourceLocation: SourceLocation = #_sourceLocation) {
        let found = points(family)
        #expect(found == expected, "\(family)", sourceLocation: sourceLocation)
    }
}
