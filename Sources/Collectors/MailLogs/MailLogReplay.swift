import Glibc
import MailLogs
import NIOPosix
import PostwatchModel
import Synchronization

/// Reads an old log from its start to its end, and tells what an agent would have measured at the time.
public final class MailLogReplay: Sendable {
    /// What was counted at a moment of the log.
    public struct Round: Hashable, Sendable {
        public let moment: Timestamp
        public let measurements: [Measurement]

        /// Every point as a sample, with `labels` (the agent's `component` and `instance`) laid over the point's own.
        public func samples(with labels: LabelSet = [:]) -> [Sample] {
            measurements.flatMap { $0.samples(at: moment, with: labels) }
        }
    }

    private struct State {
        var account: MailLogAccount
        var feed = LineFeed()
        /// What was read and not taken yet begins at `start`.
        var bytes: [UInt8] = []
        var start = 0
        /// Where the next read of a file begins.
        var offset = 0
        var isAtEnd = false
        var isDone = false
        /// The moment of the next round; `nil` until a line told a time.
        var next: Timestamp?
        /// When the next line was written, in seconds since 1970-01-01T00:00:00Z, if that is not before the next round: it is not taken yet.
        var arriving: Int64 = 0
        /// Of the last round, as long as nothing was taken since: a log may be silent for hours.
        var read: [Measurement]?
    }

    private let path: String
    /// `nil`: standard input.
    private let file: LogFile?
    private let interval: Duration?
    private let state: Mutex<State>

    /// - Parameters:
    ///   - path: a file, or `-` for standard input.
    ///   - interval: time of the log between two rounds, at least 1 s; `nil`: only one round, at the end.
    ///   - now: says which year a time without year is of, where the file does not say when it was written.
    /// - Throws: `unreadable`, `malformed` when it is compressed.
    public init(_ path: String, every interval: Duration?, now: Timestamp) throws(CollectionFailure) {
        var reference = now
        if path == "-" {
            file = nil
        } else {
            guard let file = try LogFile(path) else { throw .unreadable(path: path, reason: "there is no such file") }
            if try file.fingerprint(ofFirst: 2) == MailLogPosition.Fingerprint([0x1F, 0x8B]) {
                throw .malformed(source: path, found: "compressed content; give it by zcat to --replay -")
            }
            reference = Timestamp(milliseconds: try file.status().modified / 1_000_000)
            self.file = file
        }
        self.path = path
        self.interval = interval.map { max($0, .seconds(1)) }
        state = Mutex(State(account: MailLogAccount(calendar: .local(at: reference))))
    }

    /// The next round; `nil` after the last, which is a second behind the newest line. The first is before all lines, so that what they count
    /// is seen to rise. A round counts the lines before its moment. Of a silence of more than a day only the first round is told: no log of a
    /// server that runs is silent for as long, and a wrong year would fill the store with nothing.
    /// - Throws: `unreadable`.
    public func next() async throws(CollectionFailure) -> Round? {
        let result: Result<Round?, CollectionFailure>
        do {
            // Standard input may be a pipe that is silent.
            result = try await NIOThreadPool.singleton.runIfActive {
                self.state.withLock { state in
                    Result { () throws(CollectionFailure) in try self.round(&state) }
                }
            }
        } catch {
            throw .stopped
        }
        return try result.get()
    }

    // MARK: - Private

    private static let longestSilence: Duration = .seconds(86_400)

    private func round(_ state: inout State) throws(CollectionFailure) -> Round? {
        while true {
            let arriving = Timestamp(milliseconds: state.arriving * 1000)
            if let next = state.next, let interval, arriving >= next {
                let read = state.read ?? state.account.families.map { Measurement($0) }
                state.read = read
                let isLongSilence = arriving - next > Self.longestSilence
                state.next = isLongSilence ? Beat(every: interval).start(after: arriving) - interval : next + interval
                return Round(moment: next, measurements: read)
            }
            if state.isDone { return nil }
            try advance(&state)
            if state.next == nil, let interval, state.arriving > 0 {
                // Nothing but lines without a time can have been taken.
                let first = Beat(every: interval).start(after: Timestamp(milliseconds: state.arriving * 1000))
                state.next = first
                return Round(moment: first - interval, measurements: state.account.families.map { Measurement($0) })
            }
            if state.isAtEnd && state.start == state.bytes.count {
                state.isDone = true
                if interval != nil && state.account.newestMoment == 0 { return nil }
                // Times are whole seconds: only with the next one is the last over.
                let last = Timestamp(milliseconds: (state.account.newestMoment + 1) * 1000)
                return Round(moment: last, measurements: state.account.families.map { Measurement($0) })
            }
        }
    }

    /// Takes lines up to one that shows that the moment of the next round has come, or until what was read is used up; then reads on.
    private func advance(_ state: inout State) throws(CollectionFailure) {
        state.read = nil
        let wanted = interval == nil ? Int64.max : (state.next?.milliseconds ?? 1000) / 1000
        var isUsedUp = true
        let (bytes, isAtEnd) = (state.bytes, state.isAtEnd)
        bytes.withUnsafeBytes { all in
            while state.start < all.count {
                let rest = UnsafeRawBufferPointer(rebasing: all[state.start...])
                // One line where its time matters.
                let line = interval == nil ? rest : UnsafeRawBufferPointer(rebasing: rest.prefix(Self.lineLength(rest)))
                if interval != nil, !state.feed.isInsideLongLine, line.last == UInt8(ascii: "\n") {
                    let moment = state.account.moment(ofLine: line)
                    if moment >= wanted {
                        state.arriving = moment
                        isUsedUp = false
                        break
                    }
                }
                let consumed = state.feed.take(line, into: &state.account)
                state.start += consumed
                if consumed == 0 { break }
            }
            if isUsedUp && isAtEnd {
                state.feed.takeLast(UnsafeRawBufferPointer(rebasing: all[state.start...]), into: &state.account)
                state.start = all.count
            }
        }
        if isUsedUp && !isAtEnd { try readOn(&state) }
    }

    private static func lineLength(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard let base = bytes.baseAddress, let newline = memchr(base, 10, bytes.count) else { return bytes.count }
        return UnsafeRawPointer(newline) - base + 1
    }

    private func readOn(_ state: inout State) throws(CollectionFailure) {
        var bytes = Array(state.bytes[state.start...])
        let kept = bytes.count
        bytes += [UInt8](repeating: 0, count: MailLogFile.chunkBytes)
        let offset = state.offset
        let count: Result<Int, CollectionFailure> = bytes.withUnsafeMutableBytes { buffer in
            let free = UnsafeMutableRawBufferPointer(rebasing: buffer[kept...])
            return Result { () throws(CollectionFailure) in
                if let file { return try file.read(into: free, at: offset) }
                return try readInput(into: free)
            }
        }
        let found = try count.get()
        bytes.removeLast(bytes.count - kept - found)
        state.bytes = bytes
        state.start = 0
        state.offset += found
        if found == 0 { state.isAtEnd = true }
    }

    private func readInput(into buffer: UnsafeMutableRawBufferPointer) throws(CollectionFailure) -> Int {
        while true {
            let count = Glibc.read(STDIN_FILENO, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            if errno != EINTR { throw .unreadable(path: "standard input", reason: String(cString: strerror(errno))) }
        }
    }
}
