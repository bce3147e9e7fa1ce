extension String {
    /// The text with dots in place of secrets, and of any piece of one that is long enough to tell: a quotation may begin or end in the
    /// middle of it. Capital letters count as small ones.
    /// - Parameter plain: what stays readable: a piece that consists of such words, and a secret that is a part of such a name.
    func hiding(_ secrets: [String], sparing plain: PlainWords = PlainWords()) -> String {
        let scalars = Array(unicodeScalars)
        let text = scalars.map(\.small)
        let words = plain.wordPositions(in: text)
        var isHidden = Array(repeating: false, count: text.count)
        for secret in secrets {
            let secret = secret.unicodeScalars.map(\.small)
            let named = plain.namePositions(in: text, having: secret)
            for range in Self.ranges(of: [secret[...]], in: text) where !range.allSatisfy(named.contains) {
                for index in range { isHidden[index] = true }
            }
            let length = Self.tellingCount(of: secret.count)
            guard length > 0, length < secret.count else { continue }
            let pieces = Set((0...(secret.count - length)).map { secret[$0..<($0 + length)] })
            for range in Self.ranges(of: pieces, in: text) where !Self.isPlain(words[range]) {
                for index in range { isHidden[index] = true }
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

    /// Where any of the pieces stands, which are of one length.
    private static func ranges(of pieces: Set<ArraySlice<Unicode.Scalar>>, in text: [Unicode.Scalar]) -> [Range<Int>] {
        guard let length = pieces.first?.count, length > 0, text.count >= length else { return [] }
        return (0...(text.count - length)).filter { pieces.contains(text[$0..<($0 + length)]) }.map { $0..<($0 + length) }
    }

    /// Nothing but known words, and what stands between them.
    private static func isPlain(_ words: ArraySlice<Bool?>) -> Bool {
        words.contains(true) && !words.contains(false)
    }
}
