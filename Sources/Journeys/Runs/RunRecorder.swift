import MailClient
import MailWire
import NIOCore
import PostwatchModel

/// The stopwatch of one run: cuts its time into steps that touch each other, so that they always add up to the whole.
///
/// A step ends at the moment stamped on what it waited for; what passes until the next one begins counts for the next. As a rule the first
/// failure ends the record, and it is always the run's.
final class RunRecorder {
    /// What all steps have together.
    let timeout: Duration
    /// When the last step must be over.
    let deadline: NIODeadline
    /// When the run must be over, with all goodbyes.
    let end: NIODeadline
    private(set) var steps: [JourneyRun.Step] = []
    private(set) var failure: String?
    /// Seconds since 1970, of all chains that were seen.
    private(set) var earliestCertificateExpiry: Int64?
    private(set) var figures: [JourneyRun.Figure] = []
    /// Over what must never be read in a failure, even when a server repeats it.
    let veil: SecretVeil
    /// Set once a server has taken a message.
    var passage: PassageDraft?

    private let start: NIODeadline
    private var mark: NIODeadline
    private var isInsideStep = false

    /// - Parameters:
    ///   - timeout: what the whole run has.
    ///   - reserve: so much of it is kept for what must be done where a run is broken off.
    ///   - veil: that of the recorder to which this one's failures go.
    init(timeout: Duration, reserving reserve: Duration = .zero, veil: SecretVeil = SecretVeil(), start: NIODeadline = .now()) {
        self.veil = veil
        self.timeout = timeout - reserve
        self.start = start
        self.mark = start
        deadline = start + .milliseconds(self.timeout.wholeMilliseconds)
        end = start + .milliseconds(timeout.wholeMilliseconds)
    }

    /// From the start to the end of the last step.
    var duration: Duration { Self.duration(from: start, to: mark) }

    /// Times `body`, which says when what it waited for came. Its error becomes the step's failure and is thrown on as `StepFailure`.
    /// Inside another step nothing is recorded: the time belongs to the outer one.
    func step<Value: Sendable>(_ context: StepContext, _ body: () async throws -> Stamped<Value>) async throws(StepFailure) -> Value {
        let isOutermost = !isInsideStep
        isInsideStep = true
        defer { if isOutermost { isInsideStep = false } }
        do {
            let stamped = try await body()
            if isOutermost { close(context, at: stamped.at, failure: nil) }
            return stamped.value
        } catch {
            let failure = redacted(context.failure(of: error, within: timeout))
            if isOutermost { close(context, at: .now(), failure: failure.sentence) }
            throw failure
        }
    }

    /// Something that a step brought turned out to be wrong when the step was over: notes that, and gives the failure to throw.
    /// Inside another step nothing is recorded: that one fails when the failure is thrown.
    func refusal(_ context: StepContext, _ sentence: String) -> StepFailure {
        let failure = redacted(StepFailure(sentence))
        if !isInsideStep { close(context, at: .now(), failure: failure.sentence) }
        return failure
    }

    /// The run ended for a reason that is no step's, before the first.
    func fail(_ sentence: String) {
        if failure == nil { failure = redacted(StepFailure(sentence)).sentence }
    }

    /// Cuts the last step of this phase in two at a moment that is known only afterwards, and by another clock: to the second at best.
    /// Does nothing when the moment lies outside of the step.
    func divide(_ phase: String, at moment: Duration, into names: (before: String, after: String)) {
        guard let index = steps.lastIndex(where: { $0.phase == phase && $0.failure == nil }) else { return }
        let step = steps[index]
        let end = step.offset + step.duration
        guard moment > step.offset - .seconds(1), moment <= end else { return }
        let cut = max(moment, step.offset)
        steps.replaceSubrange(
            index...index,
            with: [
                .init(wire: step.wire, phase: names.before, offset: step.offset, duration: cut - step.offset),
                .init(wire: step.wire, phase: names.after, offset: cut, duration: end - cut),
            ])
    }

    /// Where the steps do not depend on each other the run's sentence tells of all that failed.
    func tellAllFailures() {
        let sentences = steps.compactMap(\.failure)
        if !sentences.isEmpty { failure = sentences.joined(separator: "; ") }
    }

    /// Takes a figure of the run. Of one metric with the same labels the last value counts.
    func note(_ metric: String, _ value: Double, _ labels: LabelSet = [:]) {
        figures.removeAll { $0.name == metric && $0.labels == labels }
        figures.append(JourneyRun.Figure(metric, labels, value: value))
    }

    /// TLS that was agreed on: `TLS 1.3`. One run may tell of several connections, each with its version.
    func note(tlsVersion: String?) {
        guard let tlsVersion else { return }
        note("probe_tls_version_info", 1, ["version": tlsVersion])
    }

    /// Ends a step that somebody else has watched, at the moment at which it was over.
    func pass(_ phase: String, on wire: String, at end: NIODeadline) {
        close(StepContext(wire: wire, phase: phase, place: "", awaited: ""), at: end, failure: nil)
    }

    /// A record of an attempt that begins now and must be over earlier than the run; `adopt` takes its steps.
    /// - Parameter limit: how long it may take.
    func attempt(within limit: Duration) -> RunRecorder {
        RunRecorder(timeout: limit, veil: veil, start: mark)
    }

    /// Takes what an attempt has seen, as if it had been seen here.
    /// - Parameter isForgiven: whether it may have come to nothing without harm: then no step of it has failed.
    func adopt(_ attempt: RunRecorder, isForgiven: Bool) {
        let lead = Self.duration(from: start, to: attempt.start)
        steps += attempt.steps.map { step in
            JourneyRun.Step(
                wire: step.wire, phase: step.phase, offset: step.offset + lead, duration: step.duration,
                failure: isForgiven ? nil : step.failure)
        }
        mark = attempt.mark
        if failure == nil, !isForgiven { failure = attempt.failure }
        for figure in attempt.figures { note(figure.name, figure.value, figure.labels) }
        note(certificateExpiry: attempt.earliestCertificateExpiry)
    }

    func note(certificateExpiry: Int64?) {
        guard let certificateExpiry else { return }
        earliestCertificateExpiry = min(earliestCertificateExpiry ?? certificateExpiry, certificateExpiry)
    }

    // MARK: - Private

    private func close(_ context: StepContext, at end: NIODeadline, failure: String?) {
        // A reply may have been stamped before the step that reads it began: the server spoke early.
        let end = max(end, mark)
        steps.append(
            JourneyRun.Step(
                wire: context.wire, phase: context.phase, offset: Self.duration(from: start, to: mark),
                duration: Self.duration(from: mark, to: end), failure: failure))
        mark = end
        if self.failure == nil { self.failure = failure }
    }

    private func redacted(_ failure: StepFailure) -> StepFailure { StepFailure(veil.covering(failure.sentence)) }

    private static func duration(from start: NIODeadline, to end: NIODeadline) -> Duration {
        .nanoseconds((end - start).nanoseconds)
    }
}
