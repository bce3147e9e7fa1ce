import MailLogs
import PostwatchModel
import PostwatchRuntime
import Synchronization

/// One log and all that it said so far. Its calls block: they belong on a thread of their own.
final class MailLogFollower: Sendable {
    private struct State {
        var source: any LineSource
        var account: MailLogAccount
        /// Whether something was taken since the state was saved.
        var isChanged = false
        /// What was read before a restart comes again: until then the counters are behind what was told before, and a reader would take
        /// them for counters that began anew.
        var isCatchingUp = false
        /// When all of the log had been taken that there was.
        var endReachedAt: Timestamp?
    }

    let settings: MailLogSettings
    /// Where somebody may wait for lines without keeping others from the log; `nil` where looking now and then is enough.
    let arrivals: SyslogArrivals?
    private let stateFile: MailLogStateFile?
    private let tell: @Sendable (MailLogNotice) -> Void
    private let state: Mutex<State>
    /// Held from before a state is taken until it is written, and taken before `state`: of two threads that save, the one with the older
    /// state must not write last, nor both into one draft.
    private let saving = Mutex(())
    /// Whether what was taken can be read again after a crash.
    private let isRereadable: Bool

    /// Restores what is known of the log. Reads nothing of it yet.
    /// - Parameters:
    ///   - stateFile: `nil`: nothing is restored or saved.
    ///   - isSaving: Whether the state may be changed; otherwise it is only read.
    init(
        _ settings: MailLogSettings, stateFile: MailLogStateFile?, isSaving: Bool, at moment: Timestamp,
        tell: @escaping @Sendable (MailLogNotice) -> Void
    ) {
        self.settings = settings
        self.stateFile = isSaving ? stateFile : nil
        self.tell = tell
        let (source, account, isRestored) = Self.beginning(settings, stateFile, isSaving: isSaving, at: moment, tell: tell)
        arrivals = source.arrivals
        isRereadable = source.isRereadable
        state = Mutex(State(source: source, account: account, isCatchingUp: isRestored))
    }

    /// Takes up to one chunk of the log. Throws `unreadable`.
    func advance(at moment: Timestamp) throws(CollectionFailure) -> ReadingProgress {
        let (result, notices) = state.withLock { state in
            var notices: [MailLogNotice] = []
            state.account.calendar = .local(at: moment)
            let before = state.source.bookmark
            let result: Result<ReadingProgress, CollectionFailure> = Result { () throws(CollectionFailure) in
                try state.source.advance(&state.account) { notices.append($0) }
            }
            if state.source.bookmark != before { state.isChanged = true }
            if case .success(.waits) = result { state.endReachedAt = moment }
            switch result {
            case .success(.waits), .success(.isMissing): state.isCatchingUp = false
            case .success(.took): state.isChanged = true
            case .success(.moved), .failure: break
            }
            return (result, notices)
        }
        notices.forEach(tell)
        return try result.get()
    }

    /// Compares the ledger with a listing of the queue of one instance of Postfix, and tells of each message that has vanished.
    /// - Parameters:
    ///   - instance: the first part of the tags of its lines, such as `postfix`.
    ///   - moment: when the listing was begun.
    /// - Returns: whether they were compared: the log must have been read to its end lately.
    func compare(withQueue ids: QueueIDList, instance: String, at moment: Timestamp) -> Bool {
        let (isCompared, vanished) = state.withLock { state -> (Bool, [LostMessage]) in
            // A message must have been silent for a minute to be missed, so half of one is no reason to wait.
            guard let end = state.endReachedAt, end >= moment - .seconds(30), !state.isCatchingUp, !ids.isCut else { return (false, []) }
            let before = state.account.lostMessages
            let result = state.account.compare(withQueue: ids, host: nil, instance: instance, at: moment.milliseconds / 1000)
            guard result.vanished > 0 else { return (true, []) }
            state.isChanged = true
            return (true, state.account.lostMessages.filter { !before.contains($0) })
        }
        for message in vanished { tell(.messageVanished(message)) }
        return isCompared
    }

    /// What the log said of probe messages since the last call. After a restart some of it comes again.
    /// - Parameter node: the node that is measured, whose log this is.
    func takeTransits(on node: String) -> [Transit] {
        let isOfMany: Bool
        if case .syslog = settings.origin { isOfMany = true } else { isOfMany = false }
        return state.withLock { $0.account.takeTraces() }.map { Transit($0, node: isOfMany ? nil : node) }
    }

    /// Saves what is known, if there is news. A state that cannot be saved is told, and tried again the next time.
    func save() {
        tellIfUnsaved(saving.withLock { _ in write(state.withLock { saved(&$0) }) })
    }

    /// Lets go of what is open.
    func close() {
        state.withLock { $0.source.close() }
    }

    /// What is counted, and how far the reading is.
    func readOut() -> [Measurement] {
        let found: [Measurement]
        if isRereadable {
            found = state.withLock { counted($0) }
        } else {
            // What is told must outlive a crash, or counters would go back, and a reader would take them for counters that began anew.
            let (told, failure) = saving.withLock { _ in
                let (told, news) = state.withLock { (counted($0), saved(&$0)) }
                return (told, write(news))
            }
            tellIfUnsaved(failure)
            found = told
        }
        return ([Self.up(true, of: settings)] + found).map { $0.labelled(settings.labels) }
    }

    static func up(_ isUp: Bool, of settings: MailLogSettings) -> Measurement {
        Measurement(
            "postwatch_mail_log_up", .gauge, help: "Whether the log can be read (1) or not (0).",
            points: [Measurement.Point(labels: ["path": settings.place], value: isUp ? 1 : 0)])
    }

    // MARK: - Private

    /// `nil` when there is no news, or nothing is saved.
    private func saved(_ state: inout State) -> MailLogState? {
        guard stateFile != nil, state.isChanged else { return nil }
        state.isChanged = false
        return MailLogState(bookmark: state.source.bookmark, account: state.account.encoded())
    }

    /// Why it could not be written; `nil` when it was.
    private func write(_ saved: MailLogState?) -> SystemError? {
        guard let stateFile, let saved else { return nil }
        do throws(SystemError) {
            try stateFile.replace(with: saved.encoded())
            return nil
        } catch {
            state.withLock { $0.isChanged = true }
            return error
        }
    }

    private func tellIfUnsaved(_ failure: SystemError?) {
        if let failure { tell(.stateNotSaved(reason: "\(failure)")) }
    }

    /// Read out in place: a copy would make the next line copy the whole account.
    private func counted(_ state: borrowing State) -> [Measurement] {
        let place: LabelSet = ["path": settings.place]
        return state.source.measurements(at: place) + (state.isCatchingUp ? [] : Self.counted(state.account, at: place))
    }

    private static func counted(_ account: MailLogAccount, at place: LabelSet) -> [Measurement] {
        let lines = [
            Measurement(
                "postwatch_mail_log_lines_total", .counter, help: "Lines that were read.",
                points: [Measurement.Point(labels: place, value: Double(account.lineCount))]),
            Measurement(
                "postwatch_mail_log_lines_understood_total", .counter, help: "Lines that were read and understood.",
                points: [Measurement.Point(labels: place, value: Double(account.understoodLineCount))]),
            Measurement(
                "postwatch_mail_log_newest_line_timestamp_seconds", .gauge, help: "When the newest line was written; 0 when none was read.",
                points: [Measurement.Point(labels: place, value: Double(account.newestMoment))]),
        ]
        return lines + account.families.map { Measurement($0) } + [lost(account)]
    }

    /// So many of the last lost messages have a series each.
    private static let mostLost = 20

    /// The messages of which the log does not say how they ended, by name. For a day: who looks later asks the incident.
    private static func lost(_ account: MailLogAccount) -> Measurement {
        let since = account.newestMoment - 86_400
        let messages = account.lostMessages.filter { $0.lastSeen >= since }.sorted { $0.lastSeen < $1.lastSeen }.suffix(mostLost)
        return Measurement(
            "mail_log_lost_message_last_seen_timestamp_seconds", .gauge,
            help: "When the last line of a message was written of which no line says how it ended and that is not in the queue any more.",
            points: messages.map {
                Measurement.Point(
                    labels: ["queue_id": $0.queueID, "outcome": $0.outcome.label, "syslog_name": $0.instance], value: Double($0.lastSeen))
            })
    }

    private static func beginning(
        _ settings: MailLogSettings, _ stateFile: MailLogStateFile?, isSaving: Bool, at moment: Timestamp,
        tell: @Sendable (MailLogNotice) -> Void
    ) -> sending (source: any LineSource, account: MailLogAccount, isRestored: Bool) {
        let account = MailLogAccount(calendar: .local(at: moment))
        let source = { (from: MailLogSettings.Beginning, bookmark: MailLogBookmark?) in
            Self.source(settings, from: from, bookmark: bookmark, isSaving: isSaving)
        }
        guard let stateFile else { return (source(settings.from, nil), account, false) }
        do {
            guard let saved = try saved(in: stateFile, at: moment) else { return (source(settings.from, nil), account, false) }
            // Without a bookmark the log was not there, so all that stands in it now is new.
            return (source(.start, saved.bookmark), saved.account, true)
        } catch {
            tell(.stateDamaged(path: stateFile.path, reason: "\(error)"))
            if isSaving { try? stateFile.setAside() }
            // From the start would count again what the lost account had.
            return (source(.end, nil), account, false)
        }
    }

    private static func source(
        _ settings: MailLogSettings, from: MailLogSettings.Beginning, bookmark: MailLogBookmark?, isSaving: Bool
    ) -> any LineSource {
        switch (settings.origin, bookmark) {
        case (.file(let path), .file(let position)): MailLogFile(path: path, from: from, position: position)
        case (.file(let path), _): MailLogFile(path: path, from: from)
        case (.journal(let journal), .journal(let cursor)): JournalLog(journal, from: from, cursor: cursor)
        case (.journal(let journal), _): JournalLog(journal, from: from)
        // Lines that come are for the agent that saves what it counts.
        case (.syslog(let syslog), _): SyslogListener(syslog, isListening: isSaving)
        }
    }

    /// `nil` when there is no state.
    private static func saved(
        in stateFile: MailLogStateFile, at moment: Timestamp
    ) throws -> (bookmark: MailLogBookmark?, account: MailLogAccount)? {
        guard let bytes = try stateFile.contents() else { return nil }
        let saved = try MailLogState(decoding: bytes)
        do {
            return (saved.bookmark, try MailLogAccount(decoding: saved.account, calendar: .local(at: moment)))
        } catch MailLogFault.unknownVersion(let version) {
            throw MailLogState.Fault.unknownVersion(version)
        } catch {
            throw MailLogState.Fault.damaged
        }
    }
}
