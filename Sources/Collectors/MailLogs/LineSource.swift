import MailLogs
import PostwatchModel

/// Where the lines of a mail log come from: a file, the journal, or whoever sends them by syslog. Its calls block, and are made one at a
/// time.
protocol LineSource {
    /// Takes the next lines into `account`; no more than a moment's work, so that somebody else may have a turn.
    /// - Parameter tell: what a person may want to know.
    /// - Throws: why nothing can be read. It is asked again all the same.
    mutating func advance(
        _ account: inout MailLogAccount, tell: (MailLogNotice) -> Void
    ) throws(CollectionFailure) -> ReadingProgress

    /// Up to where lines were taken. `nil` before the first look, and always where nothing can be read a second time.
    var bookmark: MailLogBookmark? { get }

    /// Whether what was taken behind the bookmark can be read again after a crash.
    var isRereadable: Bool { get }

    /// What only this kind of source can tell of itself.
    /// - Parameter place: the labels of its series.
    func measurements(at place: LabelSet) -> [Measurement]

    /// Where somebody may wait for lines while others use the source; `nil` where looking now and then is enough.
    var arrivals: SyslogArrivals? { get }

    /// Lets go of what is open. A later look opens it again.
    mutating func close()
}

extension LineSource {
    var isRereadable: Bool { true }
    var arrivals: SyslogArrivals? { nil }
}
