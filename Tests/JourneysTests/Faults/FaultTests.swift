import Journeys
import PostwatchModel
import TestSupport
import Testing

/// Every kind of journey against servers that fail in every way: the right phase, the right sentence, in time.
@Suite("Journeys whose servers fail") struct FaultTests {
    /// A loaded machine may need more than the first before a server comes to misbehave.
    private static let timeouts = [Duration.milliseconds(600), .seconds(6)]
    private static let patience = Duration.seconds(30)
    /// How far a run may exceed its timeout. One that hangs exceeds it by far more.
    private static let slack = Duration.seconds(2)
    /// Runs at a time: most of them do nothing but wait.
    private static let width = 40

    @Test("Each fault of each server of each kind is in the table, or is told to have no meaning there")
    func completeness() {
        #expect(Set(FaultTable.servers.keys) == Set(JourneyConfiguration.kinds.map { $0.kind }))
        for (kind, servers) in FaultTable.servers {
            for (server, fault) in servers.flatMap({ server in Fault.allCases.map { (server, $0) } }) {
                let cells = FaultTable.cells.filter { $0.kind == kind && $0.server == server && $0.fault == fault }
                let excuses = FaultTable.meaningless.filter { $0.kind == kind && $0.server == server && $0.fault == fault }
                #expect(cells.isEmpty == (excuses.count == 1), "\(kind), \(server.rawValue): \(fault.rawValue)")
            }
        }
        let known = FaultTable.cells.map { ($0.kind, $0.server) } + FaultTable.meaningless.map { ($0.kind, $0.server) }
        #expect(known.allSatisfy { FaultTable.servers[$0.0]?.contains($0.1) == true })
    }

    @Test("Each fault fails the step in which it happens, with a sentence that says where, what and what was expected, in time")
    func faults() async throws {
        let courses = try await courses()
        try await inParallel(FaultTable.cells) { cell in
            try await check(cell, course: courses[Self.key(cell)] ?? [])
        }
    }

    @Test("A name that does not exist, and one that nobody tells, fail the step resolve of each server that goes by it")
    func names() async throws {
        let answers: [(code: UInt8?, sentence: String)] = [
            (3, "the name mail.example.test does not exist, during resolve"),
            (nil, "the name server {names} did not answer for mail.example.test in time, during resolve"),
        ]
        for answer in answers {
            let names = try await ScriptedNameServer.start { question in
                answer.code.map { ScriptedNameServer.answer(to: question, code: $0) }
            }
            try await inParallel(Self.examples.filter { $0.kind != "dns" }) { cell in
                let outcome = try await FaultyJourney(cell, isAtFault: false, nameServer: names.endpoint).run(timeout: Self.timeouts[0])
                let check = cell.kind == "negative" ? cell.phase : nil
                let rest = check.map { ", so \($0.dropFirst("negative ".count)) could not be tried" } ?? ""
                let sentence = answer.sentence.replacing("{names}", with: "\(names.endpoint)") + rest
                #expect(outcome.failure == sentence, "\(cell)")
                let failed = outcome.run.steps.filter { $0.failure != nil }.map(Self.name)
                #expect(failed == [check ?? "\(Self.wire(of: cell)) resolve"], "\(cell)")
                #expect(outcome.run.duration <= Self.timeouts[0] + Self.slack, "\(cell)")
            }
            try await names.stop()
        }
    }

    // MARK: - Private

    /// One cell of each server of each kind.
    private static var examples: [FaultCell] {
        FaultTable.servers.flatMap { kind, servers in
            servers.compactMap { server in FaultTable.cells.first { $0.kind == kind && $0.server == server } }
        }
    }

    /// The protocol that the steps of a server belong to.
    private static func wire(of cell: FaultCell) -> String {
        switch cell.server {
        case .imap, .pop3, .sieve, .smtp: cell.server.rawValue
        case .submission: "smtp"
        case .web, .dns, .port: cell.kind
        }
    }

    /// What a run does where nothing goes wrong, by all that it depends on.
    private func courses() async throws -> [String: [String]] {
        var examples: [String: FaultCell] = [:]
        for cell in FaultTable.cells { examples[Self.key(cell)] = cell }
        let courses = Shared<[String: [String]]>([:])
        try await inParallel(Array(examples.values)) { cell in
            let outcome = try await FaultyJourney(cell, isAtFault: false).run(timeout: Self.patience)
            // The mailbox that takes messages does not keep them.
            if cell.variant.steps == IMAPStep.reading { #expect(outcome.failure == nil, "\(cell), without the fault") }
            courses.withLock { $0[Self.key(cell)] = outcome.run.steps.map(Self.name) }
        }
        return courses.value
    }

    private func check(_ cell: FaultCell, course: [String]) async throws {
        var outcome = try await timed(cell, timeout: Self.timeouts[0])
        if outcome.failure != cell.sentence { outcome = try await timed(cell, timeout: Self.timeouts[1]) }
        let run = outcome.run
        #expect(outcome.failure == cell.sentence, "\(cell)")
        #expect(run.steps.filter { $0.failure != nil }.map(Self.name) == [cell.phase], "\(cell)")
        // As far as it came it is the course of a good run. What a page lacks is found once it is there.
        let come = run.steps.map(Self.name)
        let isOnCourse = come.dropLast() == Array(course.prefix(come.count - 1))
        // A mailbox that does not open holds up no message, and may be tried again behind it.
        #expect(isOnCourse || Self.goesOn(cell) && come.contains("smtp accept"), "\(cell): \(come)")
        #expect(Set(come).isSubset(of: course), "\(cell)")
        // No gap between the steps, and nothing behind the last one.
        var end = Duration.zero
        for step in run.steps {
            #expect(step.offset == end, "\(cell)")
            end += step.duration
        }
        #expect(end == run.duration, "\(cell)")
        #expect(Self.phases(of: run) == Set(run.steps.map(Self.name)), "\(cell)")
        #expect(run.samples.first { $0.labels.metricName == "probe_success" }?.value == 0, "\(cell)")
    }

    private func timed(_ cell: FaultCell, timeout: Duration) async throws -> FaultyJourney.Outcome {
        let clock = ContinuousClock()
        let start = clock.now
        let outcome = try await FaultyJourney(cell).run(timeout: timeout)
        #expect(outcome.run.duration <= timeout + Self.slack, "\(cell)")
        // With its goodbyes.
        #expect(clock.now - start <= timeout + Self.slack * 2, "\(cell)")
        return outcome
    }

    private static func goesOn(_ cell: FaultCell) -> Bool {
        cell.server == .imap && ["inbound", "outbound", "round-trip"].contains(cell.kind)
    }

    private static func key(_ cell: FaultCell) -> String {
        let steps = cell.variant.steps.map(\.rawValue).sorted().joined(separator: ",")
        let check = cell.kind == "negative" ? cell.phase : ""
        return "\(cell.kind) \(cell.server) \(cell.variant.tls) \(cell.variant.mailProtocol) \(steps) \(check)"
    }

    private static func name(_ step: JourneyRun.Step) -> String { "\(step.wire) \(step.phase)" }

    /// The phases that metrics tell of.
    private static func phases(of run: JourneyRun) -> Set<String> {
        Set(
            run.samples.compactMap { sample in
                guard let phase = sample.labels["phase"],
                    let name = sample.labels.metricName.wholeMatch(of: /probe_(.+)_duration_seconds/)
                else { return nil }
                return "\(name.output.1) \(phase)"
            })
    }

    private func inParallel<Item: Sendable>(
        _ items: [Item], _ body: @escaping @Sendable (Item) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, item) in items.enumerated() {
                if index >= Self.width { try await group.next() }
                group.addTask { try await body(item) }
            }
            try await group.waitForAll()
        }
    }
}
