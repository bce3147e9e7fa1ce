import MailClient
import MailWire
import NIOCore
import PostwatchModel

/// Asks one name server its questions, and compares what it says with what it should.
struct ResolverSurvey: Surveying {
    let settings: ResolverSettings
    let resolver: NameResolver

    func survey(at moment: Timestamp) async -> Survey {
        let deadline = settings.pace.deadline
        var hasAnswered = false
        var durations: [Measurement.Point] = []
        var verdicts: [Measurement.Point] = []
        var findings: [String] = []
        for query in settings.queries {
            let labels: LabelSet = ["name": query.name, "type": "\(query.type)"]
            let start = NIODeadline.now()
            var fault: String?
            do throws(ResolveFailure) {
                let answer = try await resolver.answer(to: query.name, query.type, before: .ofQuestion(before: deadline))
                hasAnswered = true
                durations.append(.init(labels: labels, value: Double((answer.at - start).nanoseconds) / 1e9))
                fault = Self.fault(of: answer.value.records.map(\.description), query)
            } catch {
                fault = error.description
            }
            verdicts.append(.init(labels: labels, value: fault == nil ? 1 : 0))
            if let fault { findings.append("\(settings.address): \(query.name) \(query.type): \(fault)") }
        }
        if !hasAnswered { findings = ["\(settings.address): no question is answered: \(Self.reason(findings, settings.address))"] }
        let measurements = [
            Self.up(hasAnswered),
            Measurement("dns_correct", .gauge, help: "Whether the answer was as expected (1) or not (0).", points: verdicts),
            Measurement("dns_query_duration_seconds", .gauge, help: "How long the answer took.", points: durations),
        ]
        return Survey(measurements: measurements.map { $0.labelled(settings.distinction) }, findings: findings)
    }

    var figuresOfFailure: [Measurement] { [Self.up(false).labelled(settings.distinction)] }

    private static func up(_ hasAnswered: Bool) -> Measurement {
        Measurement(
            "dns_up", .gauge, help: "Whether the name server answered at least one question (1) or none (0).", value: hasAnswered ? 1 : 0)
    }

    /// What the first question met, which the others met too.
    private static func reason(_ findings: [String], _ address: Endpoint) -> String {
        let first = findings.first.map { $0.replacing("\(address): ", with: "", maxReplacements: 1) } ?? "nothing was asked"
        return "\(first); see whether it runs, and lets this node ask"
    }

    /// `nil` when the records are those that are expected, in any order.
    static func fault(of found: [String], _ query: ResolverSettings.Query) -> String? {
        guard let expected = query.expected else { return found.isEmpty ? "found no record" : nil }
        // Names are the same in any case; texts are not, and neither are they compared here but byte for byte.
        let normal: (String) -> String = {
            query.type == .txt ? $0 : $0.lowercased().hasSuffix(".") ? String($0.lowercased().dropLast()) : $0.lowercased()
        }
        guard Set(found.map(normal)) != Set(expected.map(normal)) else { return nil }
        return "found \(list(found)) instead of \(list(expected))"
    }

    private static func list(_ records: [String]) -> String {
        records.isEmpty ? "no record" : WireText.printable(records.sorted().joined(separator: ", ").utf8, limit: 300)
    }
}
