import Synchronization

/// Where records wait for the writer, and the sizes of what it has written: the part of a journal that any thread may touch.
final class JournalInbox: Sendable {
    typealias Ticket = Int

    struct Record: Sendable {
        let ticket: Ticket
        let payload: [UInt8]
        /// Called in journal order once the record is on disk.
        let onDurable: @Sendable (JournalPosition) -> Void
    }

    private struct State: Sendable {
        var lastTicket: Ticket = 0
        var records: [Record] = []
        var segmentBytes: [Int: Int] = [:]
    }

    private let state = Mutex(State())

    func add(_ payload: [UInt8], onDurable: @escaping @Sendable (JournalPosition) -> Void) -> Ticket {
        state.withLock { state in
            state.lastTicket += 1
            state.records.append(Record(ticket: state.lastTicket, payload: payload, onDurable: onDurable))
            return state.lastTicket
        }
    }

    func take() -> [Record] {
        state.withLock { state in
            defer { state.records = [] }
            return state.records
        }
    }

    func note(segment: Int, bytes: Int) {
        state.withLock { $0.segmentBytes[segment] = bytes }
    }

    func forgetSegments(below limit: Int) {
        state.withLock { state in state.segmentBytes = state.segmentBytes.filter { $0.key >= limit } }
    }

    var bytes: Int { state.withLock { $0.segmentBytes.values.reduce(0, +) } }

    var oldestSegment: Int? { state.withLock { $0.segmentBytes.keys.min() } }

    var newestSegment: Int? { state.withLock { $0.segmentBytes.keys.max() } }
}
