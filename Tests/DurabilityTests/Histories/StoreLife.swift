import Logging
import PostwatchModel
import PostwatchRuntime
import TestSupport

@testable import SeriesStore

/// The store under test through its openings and ends, beside the naive one.
struct StoreLife {
    private let name: String
    private let clock = ManualClock()
    private let world: World
    private var directory: RunDirectory
    private var store: SeriesStore
    private var naive = NaiveStore()

    /// Lives through `history`. Throws a `Difference` at the first wrong answer, or what the store threw.
    /// - Parameter name: stands in the names of the directories.
    static func run(_ history: History, name: String) async throws {
        var life = try StoreLife(name: name)
        do {
            for operation in history.operations { try await life.perform(operation) }
            try await life.compare(.everything)
            try await life.reopen()
            try await life.compare(.everything)
        } catch {
            await life.end()
            throw error
        }
        await life.end()
    }

    // MARK: - Private

    private init(name: String) throws {
        self.name = name
        world = World.manual(at: Timestamp(milliseconds: History.start), clock: clock)
        directory = try RunDirectory(for: name)
        store = try Self.open(directory, world: world)
    }

    private static func open(_ directory: RunDirectory, world: World) throws -> SeriesStore {
        // Durability is tested with a real server; a sync for each append would only make this slow. Small segments, so that many end.
        try SeriesStore.open(
            directory: directory.path, configuration: StorageConfiguration(), world: world,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            disk: JournalDisk(write: JournalDisk.live.write, sync: { _ in 0 }), segmentBytes: 2000)
    }

    private mutating func perform(_ operation: Operation) async throws {
        switch operation {
        case .append(let samples): try await append(samples)
        case .select(let selection): try await compare(selection)
        case .delete(let selection):
            try await store.delete(
                selection.matchers, from: Timestamp(milliseconds: selection.from), through: Timestamp(milliseconds: selection.through))
            naive.delete(selection)
        case .flush: try await store.flush()
        case .merge: try await store.merge()
        case .compact: try await store.compact()
        case .appendDuringFlush(let samples):
            async let flushed: Void = store.flush()
            try await append(samples)
            try await compare(.everything)
            try await flushed
        case .advance(let seconds): clock.advance(by: .seconds(seconds))
        case .reopen: try await reopen()
        case .crash: try await crash()
        }
    }

    private mutating func append(_ samples: [Sample]) async throws {
        let areAllTaken = naive.append(samples, at: world.now())
        do {
            try await store.append(samples)
        } catch let refusal as WriteRefusal {
            guard case .malformed = refusal, !areAllTaken else { throw refusal }
            return
        }
        if !areAllTaken { throw Difference("the store took a sample of the far future") }
    }

    private mutating func reopen() async throws {
        await store.close()
        store = try Self.open(directory, world: world)
    }

    private mutating func crash() async throws {
        let left = directory
        directory = try left.snapshot(for: name)
        await store.close()
        left.remove()
        store = try Self.open(directory, world: world)
    }

    private func end() async {
        await store.close()
        directory.remove()
    }

    private func compare(_ selection: Selection) async throws {
        let found = try await store.select(
            selection.matchers, from: Timestamp(milliseconds: selection.from), through: Timestamp(milliseconds: selection.through))
        var content: NaiveStore.Content = [:]
        for columns in found {
            guard content[columns.labels] == nil else { throw Difference("\(columns.labels) is there twice") }
            guard columns.timestamps.count + columns.histograms.count > 0 else {
                throw Difference("\(columns.labels) is there without a sample")
            }
            guard columns.timestamps.count == columns.values.count else { throw Difference("\(columns.labels): columns of unequal length") }
            guard zip(columns.timestamps, columns.timestamps.dropFirst()).allSatisfy(<) else {
                throw Difference("\(columns.labels): the times do not rise")
            }
            guard zip(columns.histograms, columns.histograms.dropFirst()).allSatisfy({ $0.timestamp < $1.timestamp }) else {
                throw Difference("\(columns.labels): the times of its histograms do not rise")
            }
            guard Set(columns.histograms.map(\.timestamp)).isDisjoint(with: columns.timestamps) else {
                throw Difference("\(columns.labels) has a value and a histogram at one time")
            }
            content[columns.labels] = Dictionary(
                uniqueKeysWithValues: zip(columns.timestamps, columns.values.map { SampleBits($0) })
                    + columns.histograms.map { ($0.timestamp, SampleBits($0.histogram)) })
        }
        if let difference = Difference(found: content, expected: naive.select(selection)) { throw difference }
    }
}
