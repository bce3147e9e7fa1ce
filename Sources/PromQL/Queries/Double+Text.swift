extension Double {
    /// The shortest text that reads back as this number, without an exponent: `0.1`, `100`, `NaN`, `+Inf`, `-Inf`.
    /// Source: Prometheus documentation, "HTTP API", "Expression query result formats".
    public var prometheusText: String {
        if isNaN { return "NaN" }
        if isInfinite { return self < 0 ? "-Inf" : "+Inf" }
        var text = Substring(description)
        let sign = text.hasPrefix("-") ? "-" : ""
        text = text.drop { $0 == "-" }
        let parts = text.split(separator: "e")
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        var whole = String(mantissa[0])
        var fraction = mantissa.count > 1 && mantissa[1] != "0" ? String(mantissa[1]) : ""
        let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        if exponent > 0 {
            fraction += String(repeating: "0", count: Swift.max(0, exponent - fraction.count))
            whole += fraction.prefix(exponent)
            fraction = String(fraction.dropFirst(exponent))
        } else if exponent < 0 {
            whole = String(repeating: "0", count: -exponent) + whole
            fraction = String(whole.suffix(-exponent)) + fraction
            whole = String(whole.dropLast(-exponent))
        }
        return sign + whole + (fraction.isEmpty ? "" : "." + fraction)
    }
}
