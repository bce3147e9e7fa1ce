/// The traced messages of one kind of server by their queue ids. Bounded: the oldest makes room, whether or not it has ended.
struct TraceTable: Sendable {
    /// Somebody may send messages that look like probes: they cost this much and no more.
    static let limit = 1000

    private struct Entry: Sendable {
        var id: QueueID
        var source: UInt32
        var trace: MailTrace
        var isChanged = true
    }

    private let seed: UInt64
    private var entries: [Entry] = []
    private var index = IndexTable()
    /// Whose turn it is to make room.
    private var hand = 0
    private var hasChanges = false

    init(seed: UInt64) {
        self.seed = seed
    }

    @inline(__always)
    var isEmpty: Bool { entries.isEmpty }

    /// The number of a message that is traced; `nil` for nearly all.
    @inline(__always)
    func find(_ id: QueueID, _ source: UInt32) -> Int? {
        if entries.isEmpty { return nil }
        return index.find(hash(id, source)) { entries[$0].id == id && entries[$0].source == source }
    }

    /// A traced message is being received. What was known under the same name before was another message, or this one told again.
    mutating func begin(_ trace: MailTrace, _ id: QueueID, _ source: UInt32) {
        if let number = find(id, source) {
            if entries[number].trace.identifier == trace.identifier { return }
            entries[number] = Entry(id: id, source: source, trace: trace)
        } else {
            add(Entry(id: id, source: source, trace: trace))
        }
        hasChanges = true
    }

    mutating func change(_ number: Int, _ moment: TraceMoment, _ body: (inout MailTrace, Int64) -> Void) {
        body(&entries[number].trace, moment.milliseconds)
        if !moment.isFine { entries[number].trace.isFine = false }
        entries[number].isChanged = true
        hasChanges = true
    }

    /// What is new since the last call, and whose it is.
    mutating func takeChanges() -> [(source: UInt32, trace: MailTrace)] {
        guard hasChanges else { return [] }
        hasChanges = false
        var changed: [(source: UInt32, trace: MailTrace)] = []
        for number in entries.indices where entries[number].isChanged {
            changed.append((entries[number].source, entries[number].trace))
            entries[number].isChanged = false
        }
        return changed
    }

    /// Whether all messages are of hosts and instances that are known.
    func isOfSources(_ isKnown: (UInt32) -> Bool) -> Bool { entries.allSatisfy { isKnown($0.source) } }

    // MARK: - Private

    @inline(__always)
    private func hash(_ id: QueueID, _ source: UInt32) -> UInt64 { id.hash(seed: seed ^ UInt64(source)) }

    private mutating func add(_ entry: Entry) {
        if entries.count < Self.limit {
            index.insert(hash(entry.id, entry.source), entries.count)
            entries.append(entry)
            return
        }
        index.remove(hash(entries[hand].id, entries[hand].source), hand)
        entries[hand] = entry
        index.insert(hash(entry.id, entry.source), hand)
        hand = (hand + 1) % Self.limit
    }
}

extension TraceTable: Restorable {
    private static let longestText = 4096

    func encode(to writer: inout ByteWriter) {
        writer.number(entries.count)
        // Oldest first, so that they make room in the same order again.
        for entry in entries[hand...] + entries[..<hand] {
            for word in [entry.id.words.0, entry.id.words.1, entry.id.words.2] { writer.number(word) }
            writer.number(entry.source)
            let trace = entry.trace
            for text in [trace.queueID, trace.identifier] { writer.bytes(text.utf8) }
            writer.number(trace.program.rawValue)
            writer.number(trace.isFine ? 1 : 0)
            for moment in [trace.receivedAt, trace.activeAt, trace.heldAt, trace.releasedAt, trace.removedAt] { writer.moment(moment) }
            writer.number(trace.attemptCount)
            writer.number(trace.attempts.count)
            for attempt in trace.attempts { encode(attempt, to: &writer) }
        }
    }

    /// All of them are news again: nobody knows how many of the last ones were passed on.
    mutating func decode(from reader: inout ByteReader) throws(MailLogFault) {
        for _ in 0..<(try reader.count(upTo: Self.limit)) {
            let id = QueueID(words: (try reader.number(), try reader.number(), try reader.number()))
            let source = try reader.number(as: UInt32.self)
            let (queueID, identifier) = (try Self.text(&reader), try Self.text(&reader))
            guard let program = MailTrace.Program(rawValue: try reader.number(as: UInt8.self)) else { throw .damaged }
            var trace = MailTrace(program: program, queueID: queueID, identifier: identifier)
            trace.isFine = try reader.number() == 1
            trace.receivedAt = try reader.moment()
            trace.activeAt = try reader.moment()
            trace.heldAt = try reader.moment()
            trace.releasedAt = try reader.moment()
            trace.removedAt = try reader.moment()
            trace.attemptCount = try reader.count(upTo: 1 << 40)
            for _ in 0..<(try reader.count(upTo: MailTrace.mostAttempts)) { trace.attempts.append(try Self.attempt(&reader)) }
            guard id.count <= QueueID.longest, find(id, source) == nil else { throw .damaged }
            add(Entry(id: id, source: source, trace: trace))
            hasChanges = true
        }
    }

    private func encode(_ attempt: MailTrace.Attempt, to writer: inout ByteWriter) {
        writer.moment(attempt.at)
        writer.number(attempt.status.rawValue)
        writer.bytes(attempt.relay.utf8)
        writer.bytes(attempt.reply.utf8)
        writer.bytes((attempt.nextQueueID ?? "").utf8)
        writer.number(attempt.stages == nil ? 0 : 1)
        if let stages = attempt.stages { for index in 0..<4 { writer.number(stages[index]) } }
    }

    private static func attempt(_ reader: inout ByteReader) throws(MailLogFault) -> MailTrace.Attempt {
        guard let at = try reader.moment(), let status = MailTrace.Status(rawValue: try reader.number(as: UInt8.self)) else {
            throw .damaged
        }
        let (relay, reply, next) = (try text(&reader), try text(&reader), try text(&reader))
        var attempt = MailTrace.Attempt(at: at, status: status, relay: relay, reply: reply, nextQueueID: next.isEmpty ? nil : next)
        if try reader.number() == 1 {
            var stages = SIMD4<Int>()
            for index in 0..<4 { stages[index] = try reader.count(upTo: 1 << 42) }
            attempt.stages = stages
        }
        return attempt
    }

    private static func text(_ reader: inout ByteReader) throws(MailLogFault) -> String {
        let bytes = try reader.bytes()
        guard bytes.count <= longestText else { throw .damaged }
        return bytes.text
    }
}

extension ByteWriter {
    /// 0 for none.
    fileprivate mutating func moment(_ moment: Int64?) { number(UInt64(bitPattern: moment.map { $0 &+ 1 } ?? 0)) }
}

extension ByteReader {
    fileprivate mutating func moment() throws(MailLogFault) -> Int64? {
        let value = Int64(bitPattern: try number())
        return value == 0 ? nil : value &- 1
    }
}
