extension String {
    /// The text with dots in place of secrets, and of any piece of one that is long enough to tell: a quotation may begin or end in the
    /// middle of it. Capital letters count as small ones.
    func hiding(_ secrets: [String]) -> String {
        let scalars = Array(unicodeScalars)
        let text = scalars.map(Self.small)
        var isHidden = Array(repeating: false, count: text.count)
        for secret in secrets {
            let secret = secret.unicodeScalars.map(Self.small)
            let length = Self.tellingCount(of: secret.count)
            guard length > 0, text.count >= length else { continue }
            let pieces = Set((0...(secret.count - length)).map { secret[$0..<($0 + length)] })
            for start in 0...(text.count - length) where pieces.contains(text[start..<(start + length)]) {
                for index in start..<(start + length) { isHidden[index] = true }
            }
        }
        guard isHidden.contains(true) else { return self }
        var shown = UnicodeScalarView()
        for index in scalars.indices {
            if !isHidden[index] {
                shown.append(scalars[index])
            } else if index == 0 || !isHidden[index - 1] {
                shown.append(contentsOf: "••••".unicodeScalars)
            }
        }
        return String(shown)
    }

    // MARK: - Private

    /// So many characters in a row tell too much of a secret: half of them, from four to eight. A shorter secret is hidden whole.
    private static func tellingCount(of count: Int) -> Int { Swift.min(count, Swift.max(4, Swift.min(8, count / 2))) }

    private static func small(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        scalar.properties.lowercaseMapping.unicodeScalars.first ?? scalar
    }
}
