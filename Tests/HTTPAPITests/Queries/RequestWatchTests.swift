import PostwatchRuntime
import TestSupport
import Testing

@testable import HTTPAPI

@Suite("RequestWatch")
struct RequestWatchTests {
    private struct Client: ClientConnection {
        let open: Shared<Bool>
        var isOpen: Bool { open.value }
    }

    /// Work that begins, says so, and never ends by itself.
    private struct EndlessWork: Sendable {
        private let begun: AsyncStream<Void>
        private let beginning: AsyncStream<Void>.Continuation

        init() {
            (begun, beginning) = AsyncStream.makeStream()
        }

        @Sendable func run() async throws -> Int {
            beginning.yield()
            let (stream, continuation) = AsyncStream<Int>.makeStream()
            for await number in stream { return number }
            withExtendedLifetime(continuation) {}
            throw CancellationError()
        }

        func hasBegun() async { _ = await begun.first { true } }
    }

    private let clock = ManualClock()
    private let watch: RequestWatch

    init() {
        watch = RequestWatch(clock: clock)
    }

    /// Has the watch look at all requests `count` times.
    private func look(times count: Int) async {
        for _ in 0..<count {
            await clock.sleepers(reach: 1)
            clock.advance(by: RequestWatch.interval)
        }
        await clock.sleepers(reach: 1)
    }

    @Test("what ends in time is handed over")
    func inTime() async throws {
        #expect(try await watch.run(within: .seconds(1), for: nil) { 7 } == 7)
    }

    @Test("what fails in time fails as it does")
    func failure() async throws {
        await #expect(throws: APIFailure(.badData, "no")) {
            try await watch.run(within: .seconds(1), for: nil) { throw APIFailure(.badData, "no") } as Int
        }
    }

    @Test("what takes longer than it may is canceled and times out, at the second look after its time at the latest")
    func timeout() async throws {
        let work = EndlessWork()
        let looking = Task { try await watch.look() }
        let result = Task { try await watch.run(within: .milliseconds(600), for: nil, work.run) }
        await work.hasBegun()
        await look(times: 4)
        await #expect(throws: APIFailure(.timeout, "query timed out in expression evaluation")) { try await result.value }
        looking.cancel()
    }

    @Test("what nobody waits for any more is canceled")
    func departure() async throws {
        let work = EndlessWork()
        let client = Client(open: Shared(true))
        let looking = Task { try await watch.look() }
        let result = Task { try await watch.run(within: .seconds(60), for: client, work.run) }
        await work.hasBegun()
        await look(times: 1)
        client.open.value = false
        await look(times: 1)
        await #expect(throws: APIFailure(.canceled, "query was canceled in expression evaluation")) { try await result.value }
        looking.cancel()
    }

    @Test("what is left is canceled when nobody looks any more")
    func noMoreLooks() async throws {
        let work = EndlessWork()
        let looking = Task { try await watch.look() }
        await clock.sleepers(reach: 1)
        let result = Task { try await watch.run(within: .seconds(60), for: nil, work.run) }
        await work.hasBegun()
        looking.cancel()
        await #expect(throws: APIFailure(.canceled, "query was canceled in expression evaluation")) { try await result.value }
    }

    @Test("who asks being canceled cancels the work")
    func cancellation() async throws {
        let work = EndlessWork()
        let result = Task { try await watch.run(within: .seconds(60), for: nil, work.run) }
        await work.hasBegun()
        result.cancel()
        await #expect(throws: CancellationError.self) { try await result.value }
    }

    @Test("no time at all is over before it begins")
    func noTime() async throws {
        await #expect(throws: APIFailure.self) { try await watch.run(within: .zero, for: nil) { 1 } }
    }
}
