import PostwatchModel

/// The series that Prometheus writes of alerts.
/// Source: Prometheus documentation, "Alerting rules", "Inspecting alerts during runtime".
extension AlertRecord {
    /// `ALERTS` and `ALERTS_FOR_STATE`.
    func samples(at moment: Timestamp) -> [Sample] {
        [
            Sample(labels: stateLabels, timestamp: moment, value: 1),
            Sample(labels: seriesLabels(metric: "ALERTS_FOR_STATE"), timestamp: moment, value: activeAt.seconds.rounded(.down)),
        ]
    }

    /// The end of `ALERTS` in this state.
    func staleState(at moment: Timestamp) -> Sample {
        Sample(labels: stateLabels, timestamp: moment, value: Sample.staleMarker)
    }

    /// The end of both.
    func staleSamples(at moment: Timestamp) -> [Sample] {
        [
            staleState(at: moment),
            Sample(labels: seriesLabels(metric: "ALERTS_FOR_STATE"), timestamp: moment, value: Sample.staleMarker),
        ]
    }

    // MARK: - Private

    private func seriesLabels(metric: String) -> LabelSet {
        var series = labels
        series[LabelSet.metricNameLabel] = metric
        return series
    }

    private var stateLabels: LabelSet {
        var series = seriesLabels(metric: "ALERTS")
        series["alertstate"] = state.rawValue
        return series
    }
}
