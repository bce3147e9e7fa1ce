import MailLogs
import PostwatchModel
import PostwatchRuntime
import Synchronization

/// One log and all that it said so far. Its calls block: they belong on a thread of their own.
final class MailLogFollower: Sendable {
    private struct State: Sendable {
        var file: MailLogFile
        var account: MailLogAccount
        /// Whether something was taken since the state was saved.
        var isChanged = false
        /// What was read before a restart comes again: until then the counters are behind what was told before, and a reader would take
        /// them for counters that began anew.
        var isCatchingUp = false
    }

    let settings: MailLogSettings
    private let stateFile: MailLogStateFile?
    private let tell: @Sendable (MailLogNotice) -> Void
    private let state: Mutex<State>

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
        let new = State(
            file: MailLogFile(path: settings.path, from: settings.from), account: MailLogAccount(calendar: .local(at: moment)))
        guard let stateFile else {
            state = Mutex(new)
            return
        }
        do {
            state = Mutex(try Self.restored(settings, stateFile, at: moment) ?? new)
        } catch {
            tell(.stateDamaged(path: stateFile.path, reason: "\(error)"))
            if isSaving { try? stateFile.setAside() }
            // From the start would count again what the lost account had.
            let file = MailLogFile(path: settings.path, from: .end)
            state = Mutex(State(file: file, account: new.account))
        }
    }

    /// Takes up to one chunk of the log. Throws `unreadable`.
    func advance(at moment: Timestamp) throws(CollectionFailure) -> MailLogFile.Progress {
        let (result, notices) = state.withLock { state in
            var notices: [MailLogNotice] = []
            state.account.calendar = .local(at: moment)
            let before = state.file.position
            let result: Result<MailLogFile.Progress, CollectionFailure> = Result { () throws(CollectionFailure) in
                try state.file.advance(&state.account) { notices.append($0) }
            }
            if state.file.position != before { state.isChanged = true }
            switch result {
            case .success(.waits), .success(.isMissing): state.isCatchingUp = false
            case .success(.took), .success(.moved), .failure: break
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
    /// - Returns: whether they were compared: the log must have been read up to then.
    func compare(withQueue ids: QueueIDList, instance: String, at moment: Timestamp) -> Bool {
        let (isCompared, vanished) = state.withLock { state -> (Bool, [LostMessage]) in
            let seconds = moment.milliseconds / 1000
            // A message must have been silent for a minute, so half of one is no reason to wait.
            let isRead = state.account.newestMoment >= seconds - 30 || state.file.unreadBytes() == 0
            guard isRead, !state.isCatchingUp, !ids.isCut else { return (false, []) }
            let before = state.account.lostMessages
            let result = state.account.compare(withQueue: ids, host: nil, instance: instance, at: seconds)
            guard result.vanished > 0 else { return (true, []) }
            state.isChanged = true
            return (true, state.account.lostMessages.filter { !before.contains($0) })
        }
        for message in vanished { tell(.messageVanished(message)) }
        return isCompared
    }

    /// Saves what is known, if there is news. A state that cannot be saved is told, and tried again the next time.
    func save() {
        guard let stateFile else { return }
        let saved: MailLogState? = state.withLock { state in
            guard state.isChanged else { return nil }
            state.isChanged = false
            return MailLogState(position: state.file.position, account: state.account.encoded())
        }
        guard let saved else { return }
        do throws(SystemError) {
            try stateFile.replace(with: saved.encoded())
        } catch {
            state.withLock { $0.isChanged = true }
            tell(.stateNotSaved(reason: "\(error)"))
        }
    }

    /// What is counted, and how far the reading is.
    var measurements: [Measurement] {
        // Read out in place: a copy would make the next line copy the whole account.
        let found = state.withLock { state in
            [unread(state.file.unreadBytes())] + (state.isCatchingUp ? [] : Self.counted(state.account, settings))
        }
        return ([Self.up(true, of: settings)] + found).map { $0.labelled(settings.labels) }
    }

    static func up(_ isUp: Bool, of settings: MailLogSettings) -> Measurement {
        Measurement(
            "postwatch_mail_log_up", .gauge, help: "Whether the log can be read (1) or not (0).",
            points: [Measurement.Point(labels: ["path": settings.path], value: isUp ? 1 : 0)])
    }

    // MARK: - Private

    private func unread(_ bytes: Int) -> Measurement {
        Measurement(
            "postwatch_mail_log_unread_bytes", .gauge, help: "What stands in the log and was not read yet.",
            points: [Measurement.Point(labels: ["path": settings.path], value: Double(bytes))])
    }

    private static func counted(_ account: MailLogAccount, _ settings: MailLogSettings) -> [Measurement] {
        let place: LabelSet = ["path": settings.path]
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

    /// `nil` when there is no state.
    private static func restored(_ settings: MailLogSettings, _ stateFile: MailLogStateFile, at moment: Timestamp) throws -> State? {
        guard let bytes = try stateFile.contents() else { return nil }
        let saved = try MailLogState(decoding: bytes)
        do {
            let account = try MailLogAccount(decoding: saved.account, calendar: .local(at: moment))
            // Without a position the log was not there, so all that stands in it now is new.
            let file = MailLogFile(path: settings.path, from: .start, position: saved.position)
            return State(file: file, account: account, isCatchingUp: true)
        } catch MailLogFault.unknownVersion(let version) {
            throw MailLogState.Fault.unknownVersion(version)
        } catch {
            throw MailLogState.Fault.damaged
        }
    }
}
