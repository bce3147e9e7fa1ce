import Foundation
import MailLogs
import PostwatchModel

@testable import Collectors

/// Listens, and looks as an agent would.
struct SyslogReading {
    let settings: SyslogSettings
    var listener: SyslogListener
    var account = MailLogAccount(calendar: LogCalendar(reference: 1_767_225_600))

    init(_ settings: SyslogSettings) throws {
        self.settings = settings
        listener = SyslogListener(settings)
        try look()
    }

    @discardableResult
    mutating func look() throws -> ReadingProgress {
        try listener.advance(&account, tell: { _ in })
    }

    /// Looks until something is so, at most 20 s.
    mutating func look(until isSo: (SyslogReading) -> Bool) throws {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(20)
        while !isSo(self), clock.now < deadline {
            listener.arrivals?.wait(upTo: .milliseconds(100))
            try look()
        }
    }

    mutating func look(untilLines count: Int) throws {
        try look { $0.account.lineCount >= count }
    }

    /// By reason, and `cut` and `connections`.
    var figures: [String: Int] {
        let metrics = Metrics(listener.measurements(at: [:])).values
        return Dictionary(
            uniqueKeysWithValues: metrics.map { series, value in
                let reason = series.split(separator: "\"").dropFirst().first.map(String.init)
                return (reason ?? (series.contains("cut") ? "cut" : "connections"), Int(value))
            })
    }
}
