import Foundation

/// Where the buckets of the exponential schemas end: schema `n` parts every power of two into `2^n` buckets.
///
/// Source: Prometheus, "Native Histograms" specification, "Schema".
enum ExponentialBounds {
    /// The bound of bucket `index` that is farther from zero, `2^(index * 2^-schema)`; that of the bucket before is the nearer one.
    ///
    /// The last bucket of finite observations ends at the largest finite number, so that the one after it holds the infinite ones alone.
    static func upperBound(ofBucket index: Int, schema: Int32) -> Double {
        let exponent: Int
        let fraction: Double
        switch schema {
        case ..<0:
            exponent = (index << -Int(schema)) &+ 1
            fraction = 0.5
        case 0...8:
            exponent = (index >> Int(schema)) + 1
            fraction = fractions[Int(schema)][index & ((1 << Int(schema)) - 1)]
        default:
            // No such schema is defined yet; the formula still holds.
            return exp2(Double(index) * exp2(-Double(schema)))
        }
        if fraction == 0.5, exponent == 1025 { return .greatestFiniteMagnitude }
        return scalbn(fraction, min(max(exponent, -2000), 2000))
    }

    /// The bucket of `schema` in which bucket `index` of a schema finer by `steps` lies.
    static func coarserIndex(of index: Int, by steps: Int) -> Int {
        ((index - 1) >> steps) + 1
    }

    // MARK: - Private

    /// By schema, the bounds in `0.5 ..< 1`. Each schema halves the steps of the one before: every other bound is that schema's, the rest
    /// follow from their left neighbour. Client libraries and servers build their tables this way, last bits included, so that bounds
    /// computed anywhere agree.
    private static let fractions: [[Double]] = ratios.reduce(into: [[0.5]]) { tables, ratio in
        let coarser = tables[tables.count - 1]
        tables.append(coarser.flatMap { [$0, $0 * ratio] })
    }

    /// The ratio of neighbouring bounds in the schemas 1 to 8: `2^(2^-schema)`, the first one rounded down.
    private static let ratios = [
        1.414213562373095, 1.189207115002721, 1.0905077326652577, 1.0442737824274138, 1.0218971486541166, 1.0108892860517005,
        1.0054299011128027, 1.0027112750502025,
    ]
}
