import MailClient
import NIOCore
import PostwatchModel

/// The stopwatch of one run: cuts its time into steps that touch each other, so that they always add up to the whole.
///
/// A step ends at the moment stamped on what it waited for; what passes until the next one begins counts for the next. The first
/// failure ends the record: nothing is added behind it.
final class RunRecorder {
    let timeout: Duration
    /// When the run must be over.
    let deadline: NIODeadline
    private(set) var steps: [JourneyRun.Step] = []
    private(set) var failure: String?
    /// Seconds since 1970, of all chains that were seen.
    private(set) var earliestCertificateExpiry: Int64?
    /// Must never be read in a failure, even when a server echoes it.
    var secret: Secret?
    /// Set once a server has taken a message.
    var passage: PassageDraft?

    private let start: NIODeadline
    private var mark: NIODeadline
    private var isInsideStep = false

    init(timeout: Duration, start: NIODeadline = .now()) {
        self.timeout = timeout
        self.start = start
        self.mark = start
        self.deadline = start + .milliseconds(timeout.wholeMilliseconds)
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

    /// The run ended for a reason that is no step's, before the first.
    func fail(_ sentence: String) {
        if failure == nil { failure = redacted(StepFailure(sentence)).sentence }
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

    private func redacted(_ failure: StepFailure) -> StepFailure {
        guard let text = secret?.reveal(), !text.isEmpty else { return failure }
        return StepFailure(failure.sentence.replacing(text, with: "••••"))
    }

    private static func duration(from start: NIODeadline, to end: NIODeadline) -> Duration {
        .nanoseconds((end - start).nanoseconds)
    }
}
