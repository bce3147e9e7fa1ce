import Foundation

/// Functions of one number.
extension Function {
    static let arithmetic: [Function] = [
        .perElement("abs") { abs($0) },
        .perElement("ceil") { $0.rounded(.up) },
        .perElement("floor") { $0.rounded(.down) },
        .perElement("exp") { exp($0) },
        .perElement("ln") { log($0) },
        .perElement("log2") { log2($0) },
        .perElement("log10") { log10($0) },
        .perElement("sqrt") { $0.squareRoot() },
        .perElement("sgn") { $0 < 0 ? -1 : $0 > 0 ? 1 : $0 },
        Function(
            name: "round", parameters: [.instantVector, .scalar], optionalCount: 1,
            body: .perElement { value, parameters in
                // Dividing by the inverse keeps 0.1 exact where multiplying by 0.1 would not.
                let inverse = 1 / (parameters.first ?? 1)
                return (value * inverse + 0.5).rounded(.down) / inverse
            }),
        Function(
            name: "clamp", parameters: [.instantVector, .scalar, .scalar],
            body: .perElement { value, parameters in
                parameters[1] < parameters[0] ? Row.absent : raised(to: parameters[0], lowered(to: parameters[1], value))
            }),
        Function(
            name: "clamp_min", parameters: [.instantVector, .scalar], body: .perElement { raised(to: $1[0], $0) }),
        Function(
            name: "clamp_max", parameters: [.instantVector, .scalar], body: .perElement { lowered(to: $1[0], $0) }),
    ]

    static let trigonometry: [Function] = [
        .perElement("sin") { sin($0) },
        .perElement("cos") { cos($0) },
        .perElement("tan") { tan($0) },
        .perElement("asin") { asin($0) },
        .perElement("acos") { acos($0) },
        .perElement("atan") { atan($0) },
        .perElement("sinh") { sinh($0) },
        .perElement("cosh") { cosh($0) },
        .perElement("tanh") { tanh($0) },
        .perElement("asinh") { asinh($0) },
        .perElement("acosh") { acosh($0) },
        .perElement("atanh") { atanh($0) },
        .perElement("deg") { $0 * 180 / .pi },
        .perElement("rad") { $0 * .pi / 180 },
        Function(
            name: "pi", parameters: [], result: .scalar,
            body: .whole { _, evaluator in .scalar(Array(repeating: .pi, count: evaluator.grid.count)) }),
    ]

    // NaN in gives NaN out, on either side.

    private static func raised(to minimum: Double, _ value: Double) -> Double {
        value.isNaN || minimum.isNaN ? .nan : max(minimum, value)
    }

    private static func lowered(to maximum: Double, _ value: Double) -> Double {
        value.isNaN || maximum.isNaN ? .nan : min(maximum, value)
    }
}
