import MailClient
import MailWire
import NIOCore
import PostwatchModel

/// Asks blocklists for addresses. A list that does not answer has not said that an address is clear.
struct BlocklistSurvey: Surveying {
    let settings: BlocklistSettings
    let resolver: NameResolver

    func survey(at moment: Timestamp) async -> Survey {
        let deadline = settings.pace.deadline
        var listed: [Measurement.Point] = []
        var failed: [Measurement.Point] = []
        var findings: [String] = []
        for list in settings.lists {
            for address in settings.addresses {
                let labels: LabelSet = ["address": "\(address)", "list": list]
                let answer = await answer(about: address, by: list, before: deadline)
                switch answer {
                case .clear: listed.append(.init(labels: labels, value: 0))
                case .listed(let codes):
                    listed.append(.init(labels: labels, value: 1))
                    findings.append(await finding(about: address, on: list, codes, before: deadline))
                case .refused(let reason): findings.append("\(list) was not asked for \(address): \(reason)")
                }
                if case .refused = answer {
                    failed.append(.init(labels: labels, value: 1))
                } else {
                    failed.append(.init(labels: labels, value: 0))
                }
            }
        }
        let measurements = [
            Measurement(
                "dnsbl_listed", .gauge,
                help: "Whether the address is on the blocklist (1) or not (0); absent while the list does not answer.",
                points: listed),
            Self.failures(failed),
        ]
        return Survey(
            measurements: measurements.map { $0.labelled(settings.labels) }, findings: findings,
            isComplete: failed.allSatisfy { $0.value == 0 })
    }

    var figuresOfFailure: [Measurement] {
        let points = settings.lists.flatMap { list in
            settings.addresses.map { Measurement.Point(labels: ["address": "\($0)", "list": list], value: 1) }
        }
        return [Self.failures(points).labelled(settings.labels)]
    }

    // MARK: - Private

    private static func failures(_ points: [Measurement.Point]) -> Measurement {
        Measurement(
            "dnsbl_query_failed", .gauge, help: "Whether the blocklist could not be asked (1), so that nothing is known, or could (0).",
            points: points)
    }

    private func answer(about address: InternetAddress, by list: String, before deadline: NIODeadline) async -> BlocklistAnswer {
        do throws(ResolveFailure) {
            let name = "\(address.reversed).\(list)"
            return BlocklistAnswer(try await resolver.answer(to: name, .a, before: .ofQuestion(before: deadline)).value.records)
        } catch {
            return .refused(error.description)
        }
    }

    private func finding(
        about address: InternetAddress, on list: String, _ codes: [InternetAddress], before deadline: NIODeadline
    ) async -> String {
        let answer = try? await resolver.answer(to: "\(address.reversed).\(list)", .txt, before: .ofQuestion(before: deadline))
        let reasons = answer?.value.records.compactMap { record -> String? in
            if case .text(let text) = record.content { return WireText.printable(text.utf8) }
            return nil
        }
        let reason = reasons.flatMap { $0.isEmpty ? nil : ": " + $0.sorted().joined(separator: "; ") } ?? ""
        let code = codes.map(\.description).sorted().joined(separator: ", ")
        return "\(address) is on \(list) (\(code))\(reason)"
    }
}
