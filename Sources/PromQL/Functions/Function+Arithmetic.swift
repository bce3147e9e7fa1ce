import Foundation

/// Functions of one number.
extension Function {
    static let arithmetic: [Function] = [
        .perNumber("abs") { abs($0) },
        .perNumber("ceil") { $0.rounded(.up) },
        .perNumber("floor") { $0.rounded(.down) },
        .perNumber("exp") { exp($0) },
        .perNumber("ln") { log($0) },
        .perNumber("log2") { log2($0) },
        .perNumber("log10") { log10($0) },
        .perNumber("sqrt") { $0.squareRoot() },
        .perNumber("sgn") { $0 < 0 ? -1 : $0 > 0 ? 1 : $0 },
        .perNumber("round") { value, site, step in
            // Dividing by the inverse keeps 0.1 exact where multiplying by 0.1 would not.
            let inverse = 1 / (site.scalar(0, step) ?? 1)
            return (value * inverse + 0.5).rounded(.down) / inverse
        },
        .perNumber("clamp") { value, site, step in
            let (lowest, highest) = (site.scalar(0, step) ?? .nan, site.scalar(1, step) ?? .nan)
            return highest < lowest ? Row.absent : raised(to: lowest, lowered(to: highest, value))
        },
        .perNumber("clamp_min") { value, site, step in raised(to: site.scalar(0, step) ?? .nan, value) },
        .perNumber("clamp_max") { value, site, step in lowered(to: site.scalar(0, step) ?? .nan, value) },
    ]

    static let trigonometry: [Function] = [
        .perNumber("sin") { sin($0) },
        .perNumber("cos") { cos($0) },
        .perNumber("tan") { tan($0) },
        .perNumber("asin") { asin($0) },
        .perNumber("acos") { acos($0) },
        .perNumber("atan") { atan($0) },
        .perNumber("sinh") { sinh($0) },
        .perNumber("cosh") { cosh($0) },
        .perNumber("tanh") { tanh($0) },
        .perNumber("asinh") { asinh($0) },
        .perNumber("acosh") { acosh($0) },
        .perNumber("atanh") { atanh($0) },
        .perNumber("deg") { $0 * 180 / .pi },
        .perNumber("rad") { $0 * .pi / 180 },
        Function(name: "pi", work: .whole { _, evaluator in .scalar(Array(repeating: .pi, count: evaluator.grid.count)) }),
    ]

    // NaN in gives NaN out, on either side.

    private static func raised(to minimum: Double, _ value: Double) -> Double {
        value.isNaN || minimum.isNaN ? .nan : max(minimum, value)
    }

    private static func lowered(to maximum: Double, _ value: Double) -> Double {
        value.isNaN || maximum.isNaN ? .nan : min(maximum, value)
    }
}
