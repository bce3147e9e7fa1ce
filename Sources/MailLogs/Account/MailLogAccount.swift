import Foundation

/// What the logs of mail servers say, as counters, delays, destinations, and a ledger that accounts for every message.
///
/// Bytes go in, values come out: it opens no files and asks no clock. Any bytes are taken; none makes it fail, and none makes it grow
/// beyond its limits. A value of this type is a copy of the whole account: pass it around by reference.
///
/// ```swift
/// var account = MailLogAccount(calendar: LogCalendar(reference: now))
/// let consumed = account.take(bytes)      // what is left begins the next take
/// for family in account.families { … }
/// ```
public struct MailLogAccount: Sendable {
    /// A line is read up to here; what is behind is passed over.
    public static let longestLine = 65_536

    var reader: LineReader
    var programs: ProgramTable
    var hosts: NameTable
    var postfix: PostfixAccount
    var dovecot: DovecotAccount
    var exim: EximAccount
    var understood = CounterRow<ProgramTable.Family>()
    var unknown = CounterRow<ProgramTable.Family>()
    var unknownLines = UnknownLines()
    var lastMoment: Int64 = 0

    /// - Parameters:
    ///   - calendar: the year and the local time of what is taken next.
    ///   - seed: spreads what is looked up, so that no sender of mail can choose names that collide. It changes nothing that is counted.
    public init(calendar: LogCalendar, limits: MailLogLimits = MailLogLimits(), seed: UInt64 = .random(in: 0 ... .max)) {
        reader = LineReader(calendar: calendar)
        programs = ProgramTable(limits: limits, seed: seed)
        hosts = NameTable(limit: min(limits.hosts, 65_535), longest: 255, seed: seed)
        dovecot = DovecotAccount(seed: seed)
        exim = EximAccount(limits: limits, seed: seed)
        postfix = PostfixAccount(limits: limits, seed: seed)
    }

    /// The year and the local time of what is taken next. Set it before each take when the log is being written.
    public var calendar: LogCalendar {
        get { reader.stamps.calendar }
        set { reader.stamps.calendar = newValue }
    }

    /// Takes all lines that end inside of `bytes`.
    /// - Returns: how many bytes that were. The rest is the beginning of a line: hand it in again with what follows it.
    public mutating func take(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard let start = bytes.baseAddress else { return 0 }
        var position = 0
        while position < bytes.count, let newline = memchr(start + position, 10, bytes.count - position) {
            let end = UnsafeRawPointer(newline) - start
            take(line: LogBytes(start: start + position, count: end - position))
            position = end + 1
        }
        return position
    }

    /// Takes one line without its end: the last of a file that was cut off, or one of a source that is no file.
    public mutating func takeLine(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        take(line: LogBytes(start: start, count: bytes.count))
    }

    /// When a line was written, in seconds since 1970-01-01T00:00:00Z, without taking it; 0 when it does not say.
    public mutating func moment(ofLine bytes: UnsafeRawBufferPointer) -> Int64 {
        guard let start = bytes.baseAddress else { return 0 }
        return reader.read(LogBytes(start: start, count: bytes.count).prefix(Self.longestLine))?.seconds ?? 0
    }

    // MARK: - Private

    /// What a syslog daemon says in place of equal lines counts as often as they would have, up to here.
    private static let mostRepeats = 10_000

    @inline(__always)
    private mutating func take(line whole: LogBytes) {
        var raw = whole.prefix(Self.longestLine)
        if raw[raw.count &- 1] == UInt8(ascii: "\r") { raw = raw.prefix(raw.count &- 1) }
        if raw.isEmpty { return }
        guard let line = reader.read(raw) else {
            unknown[.none] &+= 1
            unknownLines.append(raw)
            return
        }
        if line.seconds > 0 { lastMoment = line.seconds }
        let program = programs.program(line.tag)
        var isUnderstood = false
        if line.message[0] == UInt8(ascii: "m"), let repeated = Self.repeated(line) {
            for _ in 0..<repeated.times { isUnderstood = take(repeated.line, of: program, whole: raw) }
        } else {
            isUnderstood = take(line, of: program, whole: raw)
        }
        if isUnderstood {
            understood[program.family] &+= 1
        } else {
            unknown[program.family] &+= 1
            if program.family != .foreign { unknownLines.append(raw) }
        }
    }

    /// Says whether it was understood.
    @inline(__always)
    private mutating func take(_ line: LogLine, of program: ProgramTable.Program, whole: LogBytes) -> Bool {
        switch program.family {
        case .postfix:
            let source = MailLogSource(host: hosts.number(of: line.host), instance: program.instance)
            let read = PostfixLine(
                moment: UInt32(clamping: lastMoment), source: source.number, daemon: program.daemon,
                service: line.tag.dropFirst(program.serviceStart), message: line.message, whole: whole)
            return postfix.take(read)
        case .dovecot:
            let isUnderstood = dovecot.take(line.message)
            if line.message[0] == UInt8(ascii: "l") || line.message[0] == UInt8(ascii: "d") {
                dovecot.trace(line.message, UInt32(hosts.number(of: line.host)), at: UInt32(clamping: lastMoment), whole: whole)
            }
            return isUnderstood
        case .exim:
            // By syslog it comes with a time of its own.
            let own = reader.stamps.dated(line.message).map { line.message.dropFirst($0.end + 1) } ?? line.message
            let source = MailLogSource(host: hosts.number(of: line.host), instance: 0)
            return exim.take(own, source.number, at: UInt32(clamping: lastMoment), whole: whole)
        case .foreign, .none:
            return false
        }
    }

    /// The line in `message repeated 3 times: [ …]`, as rsyslog writes it, and how often it was.
    private static func repeated(_ line: LogLine) -> (line: LogLine, times: Int)? {
        let message = line.message
        guard message.hasPrefix("message repeated "), let times = message.number(at: 17), message.hasPrefix(" times: [", at: times.end)
        else { return nil }
        var inner = message.dropFirst(times.end + 9)
        if inner[0] == UInt8(ascii: " ") { inner = inner.dropFirst(1) }
        if inner[inner.count - 1] == UInt8(ascii: "]") { inner = inner.prefix(inner.count - 1) }
        let once = LogLine(seconds: line.seconds, host: line.host, tag: line.tag, message: inner)
        // However long the line is, this is not much work.
        return (once, min(times.value, mostRepeats, 4_000_000 / (inner.count + 1)))
    }
}

// MARK: - Read-out

extension MailLogAccount {
    /// The traced messages of which something was read since the last call, each with all that is known of it. The host is empty where
    /// the log names none.
    public mutating func takeTraces() -> [MailTrace] {
        let ofMTAs = postfix.traces.takeChanges() + exim.traces.takeChanges()
        let named = ofMTAs.map { number, trace in
            let source = MailLogSource(number: number)
            return trace.at(host: hosts.tracedName(source.host), instance: programs.instances.tracedName(source.instance))
        }
        return named + dovecot.traces.takeChanges().map { $1.at(host: hosts.tracedName(Int($0)), instance: "") }
    }

    /// All lines so far, without empty ones.
    public var lineCount: Int { Int(understood.total + unknown.total) }

    /// How many of them were understood.
    public var understoodLineCount: Int { Int(understood.total) }

    /// The last lines of programs that this library reads, or without header, which it did not understand: at most 20, oldest first, each
    /// cut to 300 bytes. They may name people.
    public var unknownLineSamples: [String] { unknownLines.lines }

    /// When the newest line was written that said so, in seconds since 1970-01-01T00:00:00Z; 0 when none did.
    public var newestMoment: Int64 { lastMoment }

    /// Every metric, with all of its points.
    public var families: [MailLogFamily] {
        var list = FamilyList()
        list.counters("mail_log_lines_understood_total", "Lines that were understood, by whose they are.", "program", understood)
        list.counters("mail_log_lines_unknown_total", "Lines that were not understood, by whose they are.", "program", unknown)
        let own = ProgramTable.Family.allCases.filter { $0 != .foreign }
        let all = own.reduce(0) { $0 + understood[$1] + unknown[$1] }
        list.gauge(
            "mail_log_understood_ratio", "Understood lines of all lines but those of other programs; 1 when there are none.",
            all == 0 ? 1 : Double(understood.total) / Double(all))
        list.add(postfix)
        list.add(dovecot)
        list.add(exim)
        return list.families
    }

    /// What became of all messages of Postfix.
    public var balance: LedgerBalance { balance(of: .postfix) }

    /// What became of all messages of a server.
    public func balance(of server: MailServer) -> LedgerBalance { ledger(of: server).balance }

    /// The last 100 messages of each server of which no line says how they ended, those of Postfix first, oldest first.
    public var lostMessages: [LostMessage] {
        (postfix.ledger.lost.named + exim.ledger.lost.named).map { one in
            let source = MailLogSource(number: one.entry.source)
            return LostMessage(
                queueID: one.entry.id.text, host: hosts.name(source.host), instance: programs.instances.name(source.instance),
                outcome: one.outcome, firstSeen: Int64(one.entry.firstSeen), lastSeen: Int64(one.entry.lastSeen),
                senderDomain: one.sender.text, recipientDomain: one.recipient.text)
        }
    }

    /// What became of mail by the domain of its recipients: those with most of it, most first, then `other` for all the rest. The sums of
    /// all are exact.
    public func destinations(of server: MailServer) -> [MailDestination] {
        let table = server == .postfix ? postfix.destinations : exim.destinations
        let waiting = ledger(of: server).deferredByDomain()
        var byName = Dictionary(waiting.map { ($0.key.text, $0.value) }) { first, _ in first }
        var destinations = table.destinations()
        for index in destinations.indices {
            guard let found = byName.removeValue(forKey: destinations[index].domain) else { continue }
            destinations[index].waiting = found.count
            destinations[index].oldestWaitingArrival = Int64(found.oldestArrival)
        }
        var others = table.others()
        others.waiting = byName.values.reduce(0) { $0 + $1.count }
        others.oldestWaitingArrival = byName.values.map { Int64($0.oldestArrival) }.min()
        return destinations + [others]
    }

    /// What became of mail that Postfix delivers: see `destinations(of:)`.
    public var destinations: [MailDestination] { destinations(of: .postfix) }

    /// Compares the ledger of Postfix with a listing of the queue. A message that was accepted, was silent for a minute and is absent from
    /// two listings in a row has vanished: the log does not say how it ended, and it is not there. A listing that is cut says nothing.
    /// - Parameters:
    ///   - listed: ids of all messages in all queues of the instance.
    ///   - host: as the log names it; `nil` for any, when the log is of one host.
    ///   - instance: the first part of the tags of its lines, such as `postfix`.
    ///   - moment: when the listing was begun, in seconds since 1970-01-01T00:00:00Z. The log must have been taken up to there.
    public mutating func compare(withQueue listed: QueueIDList, host: String?, instance: String, at moment: Int64) -> QueueComparison {
        guard !listed.isCut else { return QueueComparison() }
        let (hosts, instances) = (self.hosts, programs.instances)
        let isSource = { (number: UInt32) -> Bool in
            let source = MailLogSource(number: number)
            return instances.name(source.instance) == instance && (host == nil || hosts.name(source.host) == host)
        }
        return postfix.ledger.compare(listed.ids, with: isSource, olderThan: UInt32(clamping: max(moment, 60) - 60))
    }

    private func ledger(of server: MailServer) -> MessageLedger {
        switch server {
        case .postfix: postfix.ledger
        case .exim: exim.ledger
        }
    }
}
