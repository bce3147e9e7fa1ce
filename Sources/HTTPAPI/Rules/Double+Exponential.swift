extension Double {
    /// The fewest digits that read back as this number, always with an exponent: `1e+00`, `2.5e-07`; `NaN`, `+Inf`, `-Inf`.
    /// Source: Prometheus documentation, "HTTP API", "Alerts".
    var exponentialText: String {
        if isNaN { return "NaN" }
        if isInfinite { return self < 0 ? "-Inf" : "+Inf" }
        let sign = self.sign == .minus ? "-" : ""
        if isZero { return sign + "0e+00" }
        let parts = magnitude.description.split(separator: "e")
        let halves = parts[0].split(separator: ".")
        let fraction = halves.count > 1 ? halves[1] : ""
        let power = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        let digits = halves[0] + fraction
        let leadingZeros = digits.prefix { $0 == "0" }.count
        let exponent = power + halves[0].count - 1 - leadingZeros
        var significant = digits.dropFirst(leadingZeros)
        while significant.count > 1, significant.last == "0" { significant.removeLast() }
        let rest = significant.dropFirst()
        let exponentDigits = Swift.abs(exponent) < 10 ? "0\(Swift.abs(exponent))" : "\(Swift.abs(exponent))"
        return "\(sign)\(significant.prefix(1))\(rest.isEmpty ? "" : ".\(rest)")e\(exponent < 0 ? "-" : "+")\(exponentDigits)"
    }
}
