/// Figures of the query itself.
extension Function {
    static let moments: [Function] = [
        constant("start") { Double($0.context.queryStart) / 1000 },
        constant("end") { Double($0.context.queryEnd) / 1000 },
        constant("range") { Double($0.context.queryEnd - $0.context.queryStart) / 1000 },
        constant("step") { Double($0.context.queryStep) / 1000 },
        Function(
            name: "max_of",
            work: .whole { (call, evaluator) throws(QueryFailure) in
                let (left, right) = (try evaluator.scalar(call.arguments[0]), try evaluator.scalar(call.arguments[1]))
                return .scalar(zip(left, right).map { $0.isNaN || $1.isNaN ? .nan : max($0, $1) })
            }),
        Function(
            name: "min_of",
            work: .whole { (call, evaluator) throws(QueryFailure) in
                let (left, right) = (try evaluator.scalar(call.arguments[0]), try evaluator.scalar(call.arguments[1]))
                return .scalar(zip(left, right).map { $0.isNaN || $1.isNaN ? .nan : min($0, $1) })
            }),
    ]

    private static func constant(_ name: String, _ value: @escaping @Sendable (Evaluator) -> Double) -> Function {
        Function(
            name: name, work: .whole { _, evaluator in .scalar(Array(repeating: value(evaluator), count: evaluator.grid.count)) })
    }
}
