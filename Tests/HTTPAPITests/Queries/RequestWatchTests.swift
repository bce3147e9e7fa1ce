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

    private let clock = ManualClock()

    /// Never ends by itself.
    @Sendable private static func endless() async throws -> Int {
        let (stream, continuation) = AsyncStream<Int>.makeStream()
        for await number in stream { return number }
        withExtendedLifetime(continuation) {}
        throw CancellationError()
    }

    @Test("what ends in time is handed over")
    func inTime() async throws {
        let watch = RequestWatch(time: .seconds(1), client: nil, clock: clock)
        #expect(try await watch.run { 7 } == 7)
    }

    @Test("what fails in time fails as it does")
    func failure() async throws {
        let watch = RequestWatch(time: .seconds(1), client: nil, clock: clock)
        await #expect(throws: APIFailure(.badData, "no")) { try await watch.run { throw APIFailure(.badData, "no") } as Int }
    }

    @Test("what takes longer than it may is canceled and times out")
    func timeout() async throws {
        let watch = RequestWatch(time: .milliseconds(600), client: nil, clock: clock)
        let result = Task { try await watch.run(Self.endless) }
        for _ in 0..<2 {
            await clock.sleepers(reach: 1)
            clock.advance(by: .milliseconds(250))
        }
        await clock.sleepers(reach: 1)
        #expect(clock.advanceToNextDeadline() == .milliseconds(100))
        await #expect(throws: APIFailure(.timeout, "query timed out in expression evaluation")) { try await result.value }
    }

    @Test("what nobody waits for any more is canceled")
    func departure() async throws {
        let client = Client(open: Shared(true))
        let watch = RequestWatch(time: .seconds(60), client: client, clock: clock)
        let result = Task { try await watch.run(Self.endless) }
        await clock.sleepers(reach: 1)
        clock.advance(by: .milliseconds(250))
        await clock.sleepers(reach: 1)
        client.open.value = false
        clock.advance(by: .milliseconds(250))
        await #expect(throws: APIFailure(.canceled, "query was canceled in expression evaluation")) { try await result.value }
    }

    @Test("no time at all is over before it begins")
    func noTime() async throws {
        let watch = RequestWatch(time: .zero, client: nil, clock: clock)
        await #expect(throws: APIFailure.self) { try await watch.run { 1 } }
    }
}
