extension MessageLedger: Restorable {
    func encode(to writer: inout ByteWriter) {
        for number in [accepted, adopted, refused, UInt64(listings)] { writer.number(number) }
        outcomes.encode(to: &writer)
        lost.encode(to: &writer)
        writer.number(discarded.count)
        for id in discarded { for word in [id.words.0, id.words.1, id.words.2] { writer.number(word) } }
        writer.number(count)
        for number in entries.indices where isUsed[number] {
            let entry = entries[number]
            for word in [entry.id.words.0, entry.id.words.1, entry.id.words.2] { writer.number(word) }
            for word in [entry.source, entry.firstSeen, entry.lastSeen, entry.arrival] { writer.number(word) }
            writer.bytes(domains.name(entry.senderDomain).bytes)
            writer.bytes(domains.name(entry.recipientDomain).bytes)
            for byte in [entry.phase.rawValue, entry.marks.rawValue, entry.missedListings, entry.reason.rawValue] { writer.number(byte) }
            writer.number(entry.attempts)
        }
    }

    mutating func decode(from reader: inout ByteReader) throws(MailLogFault) {
        accepted = try reader.counter()
        adopted = try reader.counter()
        refused = try reader.counter()
        listings = try reader.number(as: UInt32.self)
        try outcomes.decode(from: &reader)
        try lost.decode(from: &reader)
        for _ in 0..<(try reader.count(upTo: 16)) {
            discarded.append(QueueID(words: (try reader.number(), try reader.number(), try reader.number())))
        }
        for _ in 0..<(try reader.count(upTo: limit)) {
            let id = QueueID(words: (try reader.number(), try reader.number(), try reader.number()))
            let source = try reader.number(as: UInt32.self)
            var entry = LedgerEntry(id: id, source: source, at: try reader.number(as: UInt32.self), phase: .arriving)
            entry.lastSeen = try reader.number(as: UInt32.self)
            entry.arrival = try reader.number(as: UInt32.self)
            entry.senderDomain = domains.hold(DomainName(try reader.bytes()))
            entry.recipientDomain = domains.hold(DomainName(try reader.bytes()))
            guard let phase = LedgerEntry.Phase(rawValue: try reader.number(as: UInt8.self)) else { throw .damaged }
            entry.phase = phase
            entry.marks = LedgerEntry.Marks(rawValue: try reader.number(as: UInt8.self))
            entry.missedListings = try reader.number(as: UInt8.self)
            guard let reason = DeliveryReason(rawValue: try reader.number(as: UInt8.self)) else { throw .damaged }
            entry.reason = reason
            entry.attempts = try reader.number(as: UInt16.self)
            guard id.count <= QueueID.longest, find(id, source) == nil else { throw .damaged }
            _ = add(entry)
        }
    }

    /// Whether all messages are of hosts and instances that are known.
    func isOfSources(hosts: Int, instances: Int) -> Bool {
        let isKnown = { (number: UInt32) in
            let source = MailLogSource(number: number)
            return source.host < hosts && source.instance < instances
        }
        return lost.named.allSatisfy { isKnown($0.entry.source) } && entries.allSatisfy { isKnown($0.source) }
    }
}
