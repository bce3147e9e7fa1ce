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

    /// What a status makes of the figures. One that it does not have, or that is no number, is left out.
    static func measurements(of figures: [ServiceFigure], in status: [String: Substring]) -> [Measurement] {
        figures.compactMap { figure in
            guard let text = status[figure.key] else { return nil }
            let value = figure.truth.map { text == $0 ? 1 : 0 } ?? Double(text).map { $0 * figure.factor }
            return value.map { Measurement(figure.metric, figure.kind, help: figure.help, value: $0) }
        }
    }
}
