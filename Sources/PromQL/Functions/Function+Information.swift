import PostwatchModel

/// `info(vector, {selector})`: gives series the labels of information metrics, such as `target_info`, of the same target.
/// Source: Prometheus documentation, "Functions", `info()` (experimental).
extension Function {
    static let information: [Function] = [
        Function(
            name: "info",
            work: .whole { (call, evaluator) throws(QueryFailure) in
                guard let request = InformationRequest(call) else { preconditionFailure("info() asks for information") }
                let rows = try evaluator.vector(call.arguments[0])
                let targets = rows.filter { !request.isInformation($0.labels) }
                let table = try InformationTable(request, for: targets, in: evaluator)
                var results = rows.filter { request.isInformation($0.labels) }
                for row in targets { results += try table.completing(row) }
                return .vector(try evaluator.joined(results))
            })
    ]
}
