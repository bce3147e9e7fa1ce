/// What was read of the messages in a queue, kept from round to round, so that a long queue is known whole after a few of them, and a
/// steady one costs no more than a look at its names.
///
/// Exim writes a header file anew under another name and renames it, so that a changed message has another inode (as 4.96 does). A file may
/// get the number that the last but one had, so a part of the files is asked for the time of their last change too: what was missed so is
/// found within `checkInterval` rounds.
///
/// Of 100,000 messages the first round reads 20,000 (0.26 s of a processor), the eighth knows all, and one after that takes 0.14 s and the
/// whole 15 MiB.
///
/// Bounded: 40 bytes for a message, in a table that is at most half empty, and the names of domains. What is not remembered is read again.
struct EximQueueMemory: Sendable {
    /// A message, by its name: 64 bits, spread so that nobody can choose names that collide.
    struct Key: Hashable, Sendable {
        fileprivate let hash: UInt64

        init(_ name: UnsafeRawBufferPointer) {
            var hasher = Hasher()
            hasher.combine(bytes: name)
            hash = UInt64(bitPattern: Int64(hasher.finalize()))
        }
    }

    /// Which state of a file it is.
    struct Version: Hashable, Sendable {
        let inode: UInt64
        /// When the file was written, in nanoseconds since 1970.
        let writtenAt: Int64
    }

    /// Rounds in which each file is asked once when it was written.
    static let checkInterval: UInt64 = 16
    /// A message to more domains is rare, and is read in every round.
    static let mostDomains = 4
    static let longestDomain = 128

    private let messageLimit: Int
    private var entries: [Key: Entry] = [:]
    private var domains: Domains
    private var round: UInt16 = 0
    /// Of the entries, how many were met in this round.
    private var met = 0

    /// - Parameters:
    ///   - messageLimit: Messages that are remembered. More are read as time allows, in every round.
    ///   - domainLimit: Different domains that are remembered, `1 ... 65_536`.
    init(messageLimit: Int = 200_000, domainLimit: Int = 65_536) {
        precondition((1...65_536).contains(domainLimit), "domains have numbers of 16 bits")
        self.messageLimit = messageLimit
        domains = Domains(limit: domainLimit)
    }

    /// How many messages are remembered.
    var count: Int { entries.count }

    mutating func beginRound() {
        round &+= 1
        met = 0
    }

    /// What is known of a message; `nil` when it is not known, or its file was written since.
    /// - Parameter writtenAt: Asked for some of the messages.
    mutating func message(_ key: Key, inode: UInt64, writtenAt: () -> Int64?) -> EximMessage? {
        guard let index = entries.index(forKey: key) else { return nil }
        let entry = entries.values[index]
        guard entry.inode == inode else { return nil }
        if (key.hash &+ UInt64(round)) % Self.checkInterval == 0, writtenAt() != entry.writtenAt { return nil }
        if entry.round != round {
            met += 1
            entries.values[index].round = round
        }
        return entry.message(domains)
    }

    /// Keeps what was read of a message, if there is room.
    mutating func remember(_ key: Key, _ version: Version, _ message: EximMessage) {
        let known = entries[key]
        guard known != nil || entries.count < messageLimit, var entry = Entry(message, &domains) else {
            if let known {
                entries[key] = nil
                if known.round == round { met -= 1 }
            }
            return
        }
        entry.inode = version.inode
        entry.writtenAt = version.writtenAt
        entry.round = round
        if known?.round != round { met += 1 }
        entries[key] = entry
    }

    /// Forgets messages that were not met. Not at once when they are few, as they are in the way of nobody.
    mutating func endRound() {
        let gone = entries.count - met
        guard gone > entries.count / 8 || gone > 0 && (entries.count >= messageLimit || domains.isFull) else { return }
        var kept: [Key: Entry] = [:]
        kept.reserveCapacity(met)
        var names = Domains(limit: domains.limit)
        for (key, entry) in entries where entry.round == round {
            kept[key] = entry.renumbered(from: domains, to: &names)
        }
        entries = kept
        domains = names
    }
}

extension EximQueueMemory {
    /// Domains by number.
    fileprivate struct Domains: Sendable {
        let limit: Int
        private(set) var names: [String] = []
        private var numbers: [String: UInt16] = [:]

        init(limit: Int) { self.limit = limit }

        var isFull: Bool { names.count >= limit }

        /// `nil` when there is no room, or the name is too long to be kept.
        mutating func number(of name: String) -> UInt16? {
            if let number = numbers[name] { return number }
            guard !isFull, name.utf8.count <= longestDomain else { return nil }
            let number = UInt16(names.count)
            names.append(name)
            numbers[name] = number
            return number
        }
    }

    /// 32 bytes.
    fileprivate struct Entry: Sendable {
        var inode: UInt64 = 0
        var writtenAt: Int64 = 0
        private var numbers: SIMD4<UInt16> = .zero
        /// No message has as many bytes as its highest value, which says that they are not known.
        private let size: UInt32
        var round: UInt16 = 0
        private let flags: UInt8
        private let domainCount: UInt8

        /// `nil` when the message does not fit.
        init?(_ message: EximMessage, _ domains: inout Domains) {
            guard message.domains.count <= mostDomains else { return nil }
            for (position, name) in message.domains.enumerated() {
                guard let number = domains.number(of: name) else { return nil }
                numbers[position] = number
            }
            domainCount = UInt8(message.domains.count)
            size = message.size.map { UInt32(clamping: min($0, Int(UInt32.max - 1))) } ?? .max
            flags =
                (message.hasSender ? 1 : 0) | (message.isWarned ? 2 : 0) | (message.isFrozen ? 4 : 0) | (message.isNew ? 8 : 0)
        }

        func message(_ domains: Domains) -> EximMessage {
            EximMessage(
                hasSender: flags & 1 != 0, isWarned: flags & 2 != 0, isFrozen: flags & 4 != 0, isNew: flags & 8 != 0,
                size: size == .max ? nil : Int(size), domains: (0..<Int(domainCount)).map { domains.names[Int(numbers[$0])] })
        }

        func renumbered(from old: Domains, to new: inout Domains) -> Entry? {
            var entry = self
            for position in 0..<Int(domainCount) {
                guard let number = new.number(of: old.names[Int(numbers[position])]) else { return nil }
                entry.numbers[position] = number
            }
            return entry
        }
    }
}
