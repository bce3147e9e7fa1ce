import PostwatchModel
import PromQL

extension RuleExplanation {
    /// For a terminal.
    public var lines: [String] {
        var lines = [
            "\(group) / \(rule)  revision \(revision)",
            "  at \(evaluatedAt.rfc3339)" + (lookedAt == evaluatedAt ? "" : ", looking at \(lookedAt.rfc3339)"),
        ]
        lines += expression.split(separator: "\n").map { "  | \($0)" }
        if let error { lines.append("  failed: \(error)") }
        for reading in readings {
            let newest = reading.newest.map { ", the newest sample is \((lookedAt - $0).prometheusText) old" } ?? ""
            lines.append("  read \(reading.selector): \(reading.seriesCount) series\(newest)")
            for sample in reading.samples.prefix(5) {
                let value = Sample.isStaleMarker(sample.value) ? "ended" : sample.value.prometheusText
                lines.append("    \(sample.labels) \(value)  \((lookedAt - sample.timestamp).prometheusText) old")
            }
            if reading.seriesCount > 5 { lines.append("    … and \(reading.seriesCount - min(5, reading.samples.count)) more") }
        }
        lines.append("  yields \(elementCount) element\(elementCount == 1 ? "" : "s")")
        for element in elements { lines.append("    \(element.labels) \(element.value.prometheusText)") }
        for step in alerts {
            lines.append(
                "  alert \(step.labels): \(step.before?.rawValue ?? "inactive") → \(step.after?.rawValue ?? "inactive"): \(step.reason)")
        }
        return lines
    }
}
