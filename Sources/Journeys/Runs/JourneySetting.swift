import MailClient
import NIOCore
import PostwatchModel
import PostwatchRuntime

/// What every run of one journey works with.
struct JourneySetting: Sendable {
    let configuration: JourneyConfiguration
    let vantage: String
    let labels: LabelSet
    let world: World
    let group: any EventLoopGroup
    let resolver: NameResolver

    var seriesLabels: LabelSet {
        labels.merging(["journey": configuration.name, "kind": configuration.kind.rawValue, "vantage": vantage])
    }

    func makeRecorder() -> RunRecorder {
        RunRecorder(timeout: configuration.timeout)
    }

    /// What the recorder saw, as a run.
    func run(_ recorder: RunRecorder, startedAt: Timestamp) -> JourneyRun {
        JourneyRun(
            journey: configuration.name, kind: configuration.kind.rawValue, vantage: vantage, labels: labels, startedAt: startedAt,
            duration: recorder.duration, steps: recorder.steps, failure: recorder.failure,
            certificateExpiry: recorder.earliestCertificateExpiry.map { Timestamp(milliseconds: $0 * 1000) })
    }
}
