import Glibc
import MailLogs
import PostwatchModel

/// Follows the entries of a journal that are of mail: takes each once, over rotated files and restarts.
struct JournalLog {
    /// The most entries that one look takes. One may have 64 KiB, and usually has 0.2.
    static let entriesPerLook = 2000

    /// The library keeps what it read of the files mapped. After so many entries the journal is opened anew, so that a backlog once read
    /// does not stay in memory.
    static let entriesPerOpening = 20_000

    private let settings: JournalSettings
    /// Where the first look begins; what appears later is read from its start.
    private var from: MailLogSettings.Beginning
    /// Of the last entry that was taken. `nil` before the first.
    private(set) var cursor: String?
    private var reader: JournalReader?
    /// Whether the reader stands on an entry that was not taken.
    private var isOnNewEntry = false
    /// Since the reader was opened.
    private var entriesTaken = 0
    private var line = EntryLine()

    /// - Parameter cursor: where reading had stopped; `nil` to begin anew.
    init(_ settings: JournalSettings, from: MailLogSettings.Beginning, cursor: String? = nil) {
        self.settings = settings
        self.from = from
        self.cursor = cursor
    }

    // MARK: - Private

    /// Takes what comes next, and says how many bytes that were.
    private mutating func take(_ reader: JournalReader, into account: inout MailLogAccount) throws(CollectionFailure) -> Int {
        try reader.refresh()
        var bytes = 0
        var count = 0
        var failure: CollectionFailure?
        while count < Self.entriesPerLook, bytes < MailLogFile.chunkBytes {
            do throws(CollectionFailure) {
                if !isOnNewEntry {
                    guard try reader.next() else { break }
                }
            } catch {
                failure = error
                break
            }
            isOnNewEntry = false
            count += 1
            bytes += line.take(reader, into: &account)
        }
        // Also when it failed behind them: what was taken must not come again.
        if count > 0 { cursor = try reader.cursor() }
        entriesTaken += count
        if let failure { throw failure }
        return bytes
    }

    private mutating func opened(_ tell: (MailLogNotice) -> Void) throws(CollectionFailure) -> JournalReader {
        if let reader { return reader }
        switch JournalFiles.look(settings) {
        case .readable: break
        case .missing(let failure):
            // Whatever comes now was written while it was followed.
            from = .start
            throw failure
        case .refused(let failure): throw failure
        }
        let reader = try JournalReader(settings)
        isOnNewEntry = false
        if let cursor {
            switch try reader.seek(cursor) {
            case .itself: break
            case .next:
                isOnNewEntry = true
                tell(.placeLost(path: settings.place))
            case .nothing: tell(.placeLost(path: settings.place))
            }
        } else if from == .end, try reader.seekLast() {
            cursor = try reader.cursor()
        } else {
            from = .start
            try reader.rewind()
        }
        self.reader = reader
        entriesTaken = 0
        return reader
    }
}

extension JournalLog: LineSource {
    var bookmark: MailLogBookmark? { cursor.map { .journal(cursor: $0) } }

    mutating func advance(
        _ account: inout MailLogAccount, tell: (MailLogNotice) -> Void
    ) throws(CollectionFailure) -> ReadingProgress {
        let reader = try opened(tell)
        do throws(CollectionFailure) {
            let bytes = try take(reader, into: &account)
            if entriesTaken >= Self.entriesPerOpening { close() }
            return bytes > 0 ? .took(bytes) : .waits
        } catch {
            self.reader = nil
            throw error
        }
    }

    /// None: a journal does not say how much of it is of mail.
    func measurements(at place: LabelSet) -> [Measurement] { [] }

    mutating func close() {
        reader = nil
    }
}
