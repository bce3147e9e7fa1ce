extension [UInt8] {
    /// The number as Prometheus' answers have it: the fewest digits that read back as it, with an exponent below 1e-6 and from 1e21 on;
    /// `NaN`, `+Inf`, `-Inf`.
    mutating func append(answer value: Double) {
        if value.magnitude < 0x1p53, let whole = Int64(exactly: value), value != 0 || value.sign == .plus {
            if whole < 0 { append(UInt8(ascii: "-")) }
            append(digits: whole.magnitude)
        } else if value.isFinite {
            append(digitsOf: value)
        } else {
            append(contentsOf: (value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf").utf8)
        }
    }

    mutating func append(digits value: UInt64) {
        if value < 10 {
            append(UInt8(ascii: "0") + UInt8(value))
            return
        }
        let start = count
        var rest = value
        while rest > 0 {
            append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        }
        self[start...].reverse()
    }

    // MARK: - Private

    /// A finite number that is no small whole one.
    private mutating func append(digitsOf value: Double) {
        var text = value.description
        text.withUTF8 { text in
            if let mark = text.firstIndex(of: UInt8(ascii: "e")) {
                append(exponential: text, markedAt: mark)
            } else if text.suffix(2).elementsEqual(".0".utf8) {
                append(contentsOf: text.dropLast(2))
            } else {
                append(contentsOf: text)
            }
        }
    }

    /// `1.25e-05` or `1.8e+16`: written out where no exponent is wanted.
    private mutating func append(exponential text: UnsafeBufferPointer<UInt8>, markedAt mark: Int) {
        let isNegative = text[mark + 1] == UInt8(ascii: "-")
        let power = text[(mark + 2)...].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        if isNegative ? power > 6 : power >= 21 {
            let mantissa = text[..<mark]
            append(contentsOf: mantissa.suffix(2).elementsEqual(".0".utf8) ? mantissa.dropLast(2) : mantissa)
            append(contentsOf: isNegative ? "e-".utf8 : "e+".utf8)
            if power < 10 { append(UInt8(ascii: "0")) }
            append(digits: UInt64(power))
            return
        }
        let digits = text[..<mark].filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: ".") }
        if text[0] == UInt8(ascii: "-") { append(UInt8(ascii: "-")) }
        if isNegative {
            append(contentsOf: "0.".utf8)
            append(contentsOf: repeatElement(UInt8(ascii: "0"), count: power - 1))
            append(contentsOf: digits)
        } else {
            // From 2^53 on every digit of the fraction is gone.
            append(contentsOf: digits.prefix(power + 1))
            append(contentsOf: repeatElement(UInt8(ascii: "0"), count: Swift.max(0, power + 1 - digits.count)))
        }
    }
}
