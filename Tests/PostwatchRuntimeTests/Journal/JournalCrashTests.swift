import Foundation
import PostwatchRuntime
import TestSupport
import Testing

/// Random lives of a journal on a disk that fails, with power cuts at any call.
@Suite("The journal, over power cuts on a failing disk")
struct JournalCrashTests {
    /// What a power cut left, and what had been acknowledged before.
    private struct Cut: Sendable {
        let left: TestDirectory
        let acknowledged: [Int]
    }

    private static let generations = 4
    private static let steps = 16
    private static let callsPerCut = 3

    @Test(
        "loses nothing that was acknowledged, keeps the order, and sees no damage where there is none", arguments: 0..<12 as Range<UInt64>)
    func lives(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        var directory = TestDirectory()
        var next = 0
        for generation in 0..<Self.generations {
            let cuts = try await live(in: directory, next: &next, random: &random)
            for (number, cut) in cuts.enumerated() {
                let place = "seed \(seed), generation \(generation), cut \(number)"
                let (journal, replay, found) = try Self.open(try cut.left.snapshot())
                await journal.close()
                #expect(replay.damage.isEmpty, "\(place): \(replay.damage)")
                let expected = Set(cut.acknowledged)
                #expect(found.filter(expected.contains) == cut.acknowledged, "\(place): what was acknowledged is there, in order")
                #expect(Set(found).count == found.count, "\(place): nothing is there twice")
            }
            guard let last = cuts.randomElement(using: &random) else { break }
            directory = last.left
        }
    }

    // MARK: - Private

    /// Opens the journal, appends and rotates. Returns what power cuts on the way would have left.
    private func live(
        in directory: TestDirectory, next: inout Int, random: inout SeededGenerator
    ) async throws -> [Cut] {
        let acknowledged = Shared<[Int]>([])
        let cuts = Shared<[Cut]>([])
        let calls = Shared(0)
        let crashing = Shared<CrashingDisk?>(nil)
        let disk = CrashingDisk(directory: directory, seed: random.next(), failureInterval: 5) {
            let isCut = calls.withLock { calls in
                calls += 1
                return calls % Self.callsPerCut == 0
            }
            guard isCut, let left = try? crashing.value?.powerCut() else { return }
            let sofar = acknowledged.value
            cuts.withLock { $0.append(Cut(left: left, acknowledged: sofar)) }
        }
        guard let journal = try Self.openUntilItWorks(directory, disk: disk, acknowledged: acknowledged) else { return [] }
        crashing.value = disk
        for _ in 0..<Self.steps {
            if Int.random(in: 0..<6, using: &random) == 0 { _ = await journal.rotate() }
            let number = next
            next += 1
            let payload = Array("\(number) ".utf8) + Array(repeating: 7, count: Int.random(in: 0..<60, using: &random))
            _ = try? await journal.append(payload) { _ in acknowledged.withLock { $0.append(number) } }
        }
        crashing.value = nil
        await journal.close()
        return cuts.value
    }

    /// Whatever is replayed has to survive from then on, acknowledged or not.
    private static func openUntilItWorks(
        _ directory: TestDirectory, disk: CrashingDisk, acknowledged: Shared<[Int]>
    ) throws -> Journal? {
        for _ in 0..<50 {
            var found: [Int] = []
            guard
                let (journal, _) = try? Journal.open(
                    directory: directory.path, segmentBytes: 150, disk: disk.disk,
                    replay: { bytes, _ in
                        found.append(number(in: bytes))
                    })
            else { continue }
            acknowledged.value = found
            return journal
        }
        return nil
    }

    private static func open(_ directory: TestDirectory) throws -> (Journal, JournalReplay, [Int]) {
        var found: [Int] = []
        let (journal, replay) = try Journal.open(directory: directory.path) { bytes, _ in found.append(number(in: bytes)) }
        return (journal, replay, found)
    }

    private static func number(in payload: UnsafeRawBufferPointer) -> Int {
        Int(String(decoding: payload.prefix { $0 != 32 }, as: UTF8.self)) ?? -1
    }
}
