import PostwatchModel

/// One number of a service's own status, by the key that it has there, and the metric that it becomes.
struct ServiceFigure: Sendable {
    let key: String
    /// The whole name of the metric.
    let metric: String
    let kind: Measurement.Kind
    /// Turns the service's unit into a base unit.
    var factor = 1.0
    /// The word that counts as 1 while all others count as 0; `nil`: the status is a number.
    var truth: String?
    let help: String

    /// The number that a status has for this figure; `nil` where it has none.
    func value(in status: [String: Substring]) -> Double? {
        guard let text = status[key] else { return nil }
        if let truth { return text == truth ? 1 : 0 }
        return Double(text).map { $0 * factor }
    }

    /// What a status makes of the figures. One that it does not have, or that is no number, is left out.
    static func measurements(of figures: [ServiceFigure], in status: [String: Substring]) -> [Measurement] {
        figures.compactMap { figure in
            figure.value(in: status).map { Measurement(figure.metric, figure.kind, help: figure.help, value: $0) }
        }
    }
}
