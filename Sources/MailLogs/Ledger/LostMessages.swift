/// The last messages of which no line says how they ended, and how many there were. Bounded.
struct LostMessages: Sendable, Restorable {
    struct One: Sendable {
        let entry: LedgerEntry
        let outcome: MessageOutcome
        let sender: DomainName
        let recipient: DomainName
    }

    static let limit = 100

    /// Oldest first.
    private(set) var named: [One] = []

    mutating func append(_ entry: LedgerEntry, _ outcome: MessageOutcome, sender: DomainName, recipient: DomainName) {
        if named.count >= Self.limit { named.removeFirst() }
        named.append(One(entry: entry, outcome: outcome, sender: sender, recipient: recipient))
    }

    /// Takes back one that was called vanished. Says whether it was there.
    mutating func recall(_ id: QueueID, _ source: UInt32) -> Bool {
        let found = named.firstIndex { $0.outcome == .vanished && $0.entry.id == id && $0.entry.source == source }
        if let found { named.remove(at: found) }
        return found != nil
    }

    func encode(to writer: inout ByteWriter) {
        writer.number(named.count)
        for one in named {
            for word in [one.entry.id.words.0, one.entry.id.words.1, one.entry.id.words.2] { writer.number(word) }
            for word in [one.entry.source, one.entry.firstSeen, one.entry.lastSeen] { writer.number(word) }
            writer.number(one.outcome.rawValue)
            writer.bytes(one.sender.bytes)
            writer.bytes(one.recipient.bytes)
        }
    }

    mutating func decode(from reader: inout ByteReader) throws(MailLogFault) {
        for _ in 0..<(try reader.count(upTo: Self.limit)) {
            let id = QueueID(words: (try reader.number(), try reader.number(), try reader.number()))
            guard id.count <= QueueID.longest else { throw .damaged }
            let source = try reader.number(as: UInt32.self)
            var entry = LedgerEntry(id: id, source: source, at: try reader.number(as: UInt32.self), phase: .active)
            entry.lastSeen = try reader.number(as: UInt32.self)
            guard let outcome = MessageOutcome(rawValue: try reader.number(as: UInt8.self)) else { throw .damaged }
            append(entry, outcome, sender: DomainName(try reader.bytes()), recipient: DomainName(try reader.bytes()))
        }
    }
}
