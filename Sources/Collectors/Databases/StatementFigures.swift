import PostwatchModel

/// A statement whose rows become metrics: some columns tell the rows apart, some are numbers.
struct StatementFigures: Sendable {
    /// The value of the label `collector` where it is told whether the statement succeeded.
    let name: String
    let statement: String
    /// Columns that become labels of the same name.
    var labels: [String] = []
    /// Their keys are columns.
    let figures: [ServiceFigure]

    /// One metric for each figure of which there is at least one number. Of rows with the same labels the first counts.
    func measurements(of rows: [[String: Substring]]) -> [Measurement] {
        figures.compactMap { figure in
            var seen: Set<LabelSet> = []
            let points = rows.compactMap { row -> Measurement.Point? in
                guard let value = figure.value(in: row) else { return nil }
                let labels = LabelSet(labels.map { ($0, Self.label(row[$0])) })
                return seen.insert(labels).inserted ? Measurement.Point(labels: labels, value: value) : nil
            }
            return points.isEmpty ? nil : Measurement(figure.metric, figure.kind, help: figure.help, points: points)
        }
    }

    /// A text for a label, cut to what a label should have.
    static func label(_ text: Substring?) -> String {
        String((text ?? "").prefix(200))
    }
}
