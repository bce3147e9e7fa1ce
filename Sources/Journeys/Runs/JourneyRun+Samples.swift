import PostwatchModel

extension JourneyRun {
    /// `journey`, `kind` and `vantage` laid over the run's own labels.
    public var seriesLabels: LabelSet {
        labels.merging(["journey": journey, "kind": kind, "vantage": vantage])
    }

    /// When the run ended.
    public var finishedAt: Timestamp { startedAt + duration }

    /// The run as the series that it adds to, all at the time it ended: `probe_success` (0 or 1), `probe_duration_seconds`,
    /// `probe_<wire>_duration_seconds{phase}` for each step, and `probe_ssl_earliest_cert_expiry` (seconds since 1970) when known, and the run's
    /// figures.
    /// Steps of one phase, such as EHLO before and after STARTTLS, are added up.
    /// Source of the names: Prometheus' blackbox_exporter.
    public var samples: [Sample] {
        var samples = [sample("probe_success", isSuccess ? 1 : 0), sample("probe_duration_seconds", duration.seconds)]
        var positions: [LabelSet: Int] = [:]
        for step in steps {
            let phase = sample("probe_\(step.wire)_duration_seconds", step.duration.seconds, ["phase": step.phase])
            if let position = positions[phase.labels] {
                samples[position].value += phase.value
            } else {
                positions[phase.labels] = samples.count
                samples.append(phase)
            }
        }
        if let certificateExpiry { samples.append(sample("probe_ssl_earliest_cert_expiry", certificateExpiry.seconds)) }
        samples += figures.sorted { $0.key < $1.key }.map { sample($0.key, $0.value) }
        return samples
    }

    // MARK: - Private

    private func sample(_ metric: String, _ value: Double, _ more: LabelSet = [:]) -> Sample {
        Sample(
            labels: seriesLabels.merging(more).merging([LabelSet.metricNameLabel: metric]), timestamp: finishedAt, value: value)
    }
}
