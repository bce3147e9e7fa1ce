import PostwatchRuntime
import Testing

@testable import Forwarding

@Suite("The backlog")
struct BacklogTests {
    func entry(_ segment: Int, _ offset: Int, samples: Int = 10) -> Backlog.Entry {
        Backlog.Entry(position: JournalPosition(segment: segment, offset: offset), samples: samples, bytes: 100)
    }

    @Test("puts small records into one request and leaves large ones alone")
    func batches() {
        var backlog = Backlog()
        for offset in 1...300 { backlog.add(entry(1, offset)) }
        backlog.add(entry(2, 1, samples: 9000))
        #expect(backlog.nextBatch().count == 200)
        backlog.finish(through: entry(1, 200).position)
        #expect(backlog.nextBatch().count == 100)
        backlog.finish(through: entry(1, 300).position)
        #expect(backlog.nextBatch() == [entry(2, 1, samples: 9000)])
        backlog.finish(through: entry(2, 1).position)
        #expect(backlog.isEmpty && backlog.samples == 0 && backlog.bytes == 0)
    }

    @Test("sends the records of a refused request one by one, and those behind it together again")
    func isolation() {
        var backlog = Backlog()
        for offset in 1...4 { backlog.add(entry(1, offset)) }
        backlog.isolate(through: entry(1, 2).position)
        for offset in 1...2 {
            #expect(backlog.nextBatch() == [entry(1, offset)])
            backlog.finish(through: entry(1, offset).position)
        }
        #expect(backlog.nextBatch().count == 2)
    }

    @Test("drops whole segments, oldest first, and says what that costs")
    func dropping() {
        var backlog = Backlog()
        for segment in 1...3 { for offset in 1...5 { backlog.add(entry(segment, offset)) } }
        backlog.finish(through: entry(1, 2).position)
        #expect(backlog.dropOldestSegment() == 30)
        #expect(backlog.oldestSegment == 2)
        #expect(backlog.samples == 100)
    }

    @Test("stays small however much passes through it")
    func compaction() {
        var backlog = Backlog()
        for offset in 0..<10_000 {
            backlog.add(entry(1, offset))
            backlog.finish(through: entry(1, offset).position)
        }
        #expect(backlog.isEmpty)
    }
}

@Suite("What becomes of a request")
struct DeliveryOutcomeTests {
    @Test(
        "follows its status",
        arguments: [
            (200, nil, .delivered), (204, nil, .delivered), (400, nil, .refused(reason: "status 400: why")),
            (404, nil, .retry(reason: "status 404: why", after: nil)), (401, nil, .retry(reason: "status 401: why", after: nil)),
            (413, nil, .refused(reason: "status 413: why")), (429, "7", .retry(reason: "status 429: why", after: .seconds(7))),
            (429, "soon", .retry(reason: "status 429: why", after: nil)), (500, nil, .retry(reason: "status 500: why", after: nil)),
            (503, "2", .retry(reason: "status 503: why", after: .seconds(2))), (302, nil, .retry(reason: "status 302: why", after: nil)),
        ] as [(Int, String?, DeliveryOutcome)])
    func statuses(status: Int, retryAfter: String?, outcome: DeliveryOutcome) {
        #expect(DeliveryOutcome(status: status, retryAfter: retryAfter, message: "why") == outcome)
    }

    @Test("an address that a server knows nothing of is told with the setting to change", arguments: [404, 405, 501])
    func strangeAddress(status: Int) {
        let strangeness = Cargo.reports.strangeness(of: "http://prometheus.example.net/api/v1/reports")
        let outcome = DeliveryOutcome(status: status, retryAfter: nil, message: "page not found", strangeness: strangeness)
        #expect(
            outcome
                == .retry(
                    reason:
                        "http://prometheus.example.net/api/v1/reports is no address for reports, so the server there is not Postwatch's; "
                        + "write that of a Postwatch server into report_to (http://SERVER/api/v1/reports), or report_to: none (status \(status))",
                    after: nil))
    }

    @Test("waits twice as long each time, with jitter, up to a limit, and from the start again after a success")
    func pacing() {
        var pacing = RetryPacing()
        #expect(
            (0..<9).map { _ in pacing.wait(retryAfter: nil, jitter: 1).wholeMilliseconds } == [
                500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000,
            ])
        #expect(pacing.wait(retryAfter: nil, jitter: 0) == .seconds(15))
        #expect(pacing.wait(retryAfter: .seconds(90), jitter: 0) == .seconds(90))
        pacing.succeed()
        #expect(pacing.wait(retryAfter: nil, jitter: 1) == .milliseconds(500))
    }
}
