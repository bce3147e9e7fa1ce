import Journeys
import PostwatchModel
import TestSupport
import Testing

/// Every kind of journey against servers that fail in every way: the right phase, the right sentence, in time.
@Suite("Journeys whose servers fail") struct FaultTests {
    private static let timeout = Duration.milliseconds(600)
    /// On a loaded machine a server may not come to misbehave so soon. Then its run is repeated with this one, and little beside it.
    private static let longTimeout = Duration.seconds(6)
    private static let patience = Duration.seconds(30)
    /// How far a run may exceed its timeout. One that hangs exceeds it by far more.
    private static let slack = Duration.seconds(2)
    /// Runs at a time: most of them do nothing but wait.
    private static let width = 40
    private static let quietWidth = 4

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
        let doubtful = Shared<[FaultCell]>([])
        try await inParallel(FaultTable.cells) { cell in
            let outcome = try await FaultyJourney(cell).run(timeout: Self.timeout)
            let complaints = Self.complaints(about: outcome, of: cell, courses[Self.key(cell)] ?? [], timeout: Self.timeout)
            if !complaints.isEmpty { doubtful.withLock { $0.append(cell) } }
        }
        try await inParallel(doubtful.value, width: Self.quietWidth) { cell in
            let outcome = try await FaultyJourney(cell).run(timeout: Self.longTimeout)
            #expect(Self.complaints(about: outcome, of: cell, courses[Self.key(cell)] ?? [], timeout: Self.longTimeout) == [], "\(cell)")
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
                let outcome = try await FaultyJourney(cell, isAtFault: false, nameServer: names.endpoint).run(timeout: Self.timeout)
                let check = cell.kind == "negative" ? cell.phase : nil
                let rest = check.map { ", so \($0.dropFirst("negative ".count)) could not be tried" } ?? ""
                let sentence = answer.sentence.replacing("{names}", with: "\(names.endpoint)") + rest
                #expect(outcome.failure == sentence, "\(cell)")
                #expect(Self.failed(outcome.run) == [check ?? "\(Self.wire(of: cell)) resolve"], "\(cell)")
                #expect(outcome.run.duration <= Self.timeout + Self.slack, "\(cell)")
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
        try await inParallel(Array(examples.values), width: Self.quietWidth) { cell in
            let outcome = try await FaultyJourney(cell, isAtFault: false).run(timeout: Self.patience)
            // The mailbox that takes messages does not keep them.
            if cell.variant.steps == IMAPStep.reading { #expect(outcome.failure == nil, "\(cell), without the fault") }
            courses.withLock { $0[Self.key(cell)] = outcome.run.steps.map(Self.name) }
        }
        return courses.value
    }

    /// What is wrong with what a run says of a fault.
    private static func complaints(
        about outcome: FaultyJourney.Outcome, of cell: FaultCell, _ course: [String], timeout: Duration
    ) -> [String] {
        let run = outcome.run
        var complaints: [String] = []
        if outcome.failure != cell.sentence { complaints.append("\(outcome.failure ?? "") instead of \(cell.sentence)") }
        if failed(run) != [cell.phase] { complaints.append("\(failed(run)) failed, not \(cell.phase)") }
        if !isOn(course, run, of: cell) { complaints.append("it did \(run.steps.map(name)), not \(course)") }
        let ends = run.steps.reduce(into: [Duration.zero]) { $0.append(($0.last ?? .zero) + $1.duration) }
        if ends.dropLast() != run.steps.map(\.offset)[...] || ends.last != run.duration {
            complaints.append("there are gaps between its steps")
        }
        if phases(of: run) != Set(run.steps.map(name)) { complaints.append("its metrics have the phases \(phases(of: run).sorted())") }
        if run.samples.first(where: { $0.labels.metricName == "probe_success" })?.value != 0 {
            complaints.append("it is told as a success")
        }
        if run.duration > timeout + slack { complaints.append("its steps took \(run.duration)") }
        // With its goodbyes.
        if outcome.taken > timeout + slack * 2 { complaints.append("it took \(outcome.taken)") }
        return complaints
    }

    /// Whether a run did what a good one does, as far as it came.
    private static func isOn(_ course: [String], _ run: JourneyRun, of cell: FaultCell) -> Bool {
        let come = run.steps.map(name)
        // What a page lacks is found once it is there: the last step may be one that was over.
        if come.dropLast() == Array(course.prefix(max(come.count - 1, 0))) { return come.last.map(course.contains) == true }
        // A mailbox that does not open holds up no message, and may be tried again behind it.
        let isMailbox = cell.server == .imap && ["inbound", "outbound", "round-trip"].contains(cell.kind)
        return isMailbox && come.contains("smtp accept") && Set(come).isSubset(of: course)
    }

    private static func key(_ cell: FaultCell) -> String {
        let steps = cell.variant.steps.map(\.rawValue).sorted().joined(separator: ",")
        let check = cell.kind == "negative" ? cell.phase : ""
        return "\(cell.kind) \(cell.server) \(cell.variant.tls) \(cell.variant.mailProtocol) \(steps) \(check)"
    }

    private static func name(_ step: JourneyRun.Step) -> String { "\(step.wire) \(step.phase)" }

    private static func failed(_ run: JourneyRun) -> [String] { run.steps.filter { $0.failure != nil }.map(name) }

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
        _ items: [Item], width: Int = FaultTests.width, _ body: @escaping @Sendable (Item) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, item) in items.enumerated() {
                if index >= width { try await group.next() }
                group.addTask { try await body(item) }
            }
            try await group.waitForAll()
        }
    }
}
