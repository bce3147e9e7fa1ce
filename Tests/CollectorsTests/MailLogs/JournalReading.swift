import MailLogs
import PostwatchModel

@testable import Collectors

/// Reads a journal, and can be stopped and begun again from what it knew.
struct JournalReading {
    private let settings: JournalSettings
    var journal: JournalLog
    var account = MailLogAccount(calendar: LogCalendar(reference: 1_767_225_600))
    private(set) var notices: [MailLogNotice] = []

    init(_ settings: JournalSettings, from: MailLogSettings.Beginning = .start) {
        self.settings = settings
        journal = JournalLog(settings, from: from)
    }

    /// All that is there now.
    mutating func readAll() throws {
        while true {
            switch try journal.advance(&account, tell: { notices.append($0) }) {
            case .took, .moved: continue
            case .waits, .isMissing: return
            }
        }
    }

    /// The agent ends here and starts again.
    mutating func restart() throws {
        let state = try MailLogState(decoding: MailLogState(bookmark: journal.bookmark, account: account.encoded()).encoded())
        account = try MailLogAccount(decoding: state.account, calendar: account.calendar)
        guard case .journal(let cursor) = state.bookmark else {
            journal = JournalLog(settings, from: .start)
            return
        }
        journal = JournalLog(settings, from: .start, cursor: cursor)
    }

    var lines: Int { account.lineCount }
    /// Lines that were taken whole.
    var understood: Int { account.understoodLineCount }
}
