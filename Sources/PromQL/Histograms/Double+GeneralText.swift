extension Double {
    /// The shortest text that reads back as this number, with an exponent below 1e-4 and from 1e6 on: `0.001`, `2.5e+06`, `NaN`, `+Inf`.
    ///
    /// Source: Go, package `fmt`, verb `%g`, which Prometheus prints histograms and bounds with.
    var generalText: String { text { $0 < -4 || $0 >= 6 } }

    /// As `generalText`, with an exponent only below 1e-6 and from 1e21 on.
    ///
    /// Source: Prometheus, HTTP API, sample values.
    var answerText: String { text { $0 < -6 || $0 >= 21 } }

    // MARK: - Private

    /// Written with an exponent where `needsExponent` says so of the power of ten of the first digit.
    private func text(needsExponent: (Int) -> Bool) -> String {
        if isNaN { return "NaN" }
        if isInfinite { return self < 0 ? "-Inf" : "+Inf" }
        let sign = self.sign == .minus ? "-" : ""
        if isZero { return sign + "0" }
        let (digits, exponent) = magnitude.shortestDigits
        if needsExponent(exponent) {
            let power = Swift.abs(exponent) < 10 ? "0\(Swift.abs(exponent))" : "\(Swift.abs(exponent))"
            let rest = digits.dropFirst()
            return "\(sign)\(digits.prefix(1))\(rest.isEmpty ? "" : ".\(rest)")e\(exponent < 0 ? "-" : "+")\(power)"
        }
        if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
        if digits.count <= exponent + 1 { return sign + digits + String(repeating: "0", count: exponent + 1 - digits.count) }
        return "\(sign)\(digits.prefix(exponent + 1)).\(digits.dropFirst(exponent + 1))"
    }

    /// The fewest digits that tell a positive number from its neighbours, and the power of ten of the first of them.
    private var shortestDigits: (digits: String, exponent: Int) {
        let parts = description.split(separator: "e")
        let halves = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let whole = halves[0]
        let power = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        let digits = whole + (halves.count > 1 ? halves[1] : "")
        let leadingZeros = digits.prefix { $0 == "0" }.count
        let significant = digits.dropFirst(leadingZeros)
        let trailingZeros = significant.reversed().prefix { $0 == "0" }.count
        return (String(significant.dropLast(trailingZeros)), power + whole.count - 1 - leadingZeros)
    }
}
