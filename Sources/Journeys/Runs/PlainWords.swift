/// What may be read in a sentence although a secret has letters in common with it: the names of servers and accounts, and the words of our
/// own sentences. Whoever knows them would learn the secret's letters from the dots.
struct PlainWords: Hashable, Sendable {
    /// Names as a whole: a secret that is a part of one cannot be hidden in it.
    private var names: Set<[Unicode.Scalar]> = []
    private var words: Set<String> = []

    /// Takes what the configuration tells in the sentence: `imap.example.test:993`, `https://web.example.test [192.0.2.1]`, `annie@example.test`.
    mutating func add(_ text: String) {
        for part in text.split(whereSeparator: { $0.isWhitespace || "/,[]()<>\"".contains($0) }) {
            let scalars = part.unicodeScalars.map(\.small)
            names.insert(scalars)
            // The host alone, without its port.
            if let colon = scalars.lastIndex(of: ":"), scalars[(colon + 1)...].allSatisfy({ ("0"..."9").contains($0) }) {
                names.insert(Array(scalars[..<colon]))
            }
        }
        let scalars = text.unicodeScalars.map(\.small)
        words.formUnion(Self.words(of: scalars).map { Self.text(scalars[$0]) })
    }

    /// Which characters of a text belong to words that are known here. What stands between words is `nil`.
    func wordPositions(in text: [Unicode.Scalar]) -> [Bool?] {
        var positions = [Bool?](repeating: nil, count: text.count)
        for range in Self.words(of: text) {
            let word = Self.text(text[range])
            let isKnown = Self.ownWords.contains(word) || words.contains(word)
            for index in range { positions[index] = isKnown }
        }
        return positions
    }

    /// Which characters of a text belong to names that have this secret in them.
    func namePositions(in text: [Unicode.Scalar], having secret: [Unicode.Scalar]) -> Set<Int> {
        var positions: Set<Int> = []
        for name in names where name.count <= text.count && Self.contains(name, secret) {
            for start in 0...(text.count - name.count) where text[start..<(start + name.count)].elementsEqual(name) {
                let end = start + name.count
                let isWhole = (start == 0 || !text[start - 1].isWordPart) && (end == text.count || !text[end].isWordPart)
                if isWhole { positions.formUnion(start..<end) }
            }
        }
        return positions
    }

    // MARK: - Private

    /// The words that sentences about failures are made of.
    private static let ownWords = Set(
        """
        accept accepted access account address addresses allow answer answered append arrival auth authentication authority authorization \
        available before behind bounced cannot capability certificate choose closed clear come command configuration connect connection \
        create credentials delete deleted deliver delivered delivery display during encrypted encryption ended example exchange expected \
        expired failed fetch file filed filter folder folders form found from good greeted greeting have header here host http https idle \
        imap implicit inbox invitation invalid journey list login logout mail mailbox message messages method name named needs nobody none \
        nothing number offer offered offers open opened page part pass password path plain port positive probe probes processing protocol \
        queue queued quit read reads receiver recipient refusal refused remove reply request resolve resolved response search second secret \
        secrets section seen select send sender sends server session sieve signed smtp starttls steps store subject submission system take \
        takes tell test text than that there this time timed timeout token transfer tried trusted user username users value webmail what \
        where which with within without word words write written wrong
        """.split(whereSeparator: \.isWhitespace).map(String.init))

    private static func words(of text: [Unicode.Scalar]) -> [Range<Int>] {
        text.indices.split { !text[$0].isWordPart }.map { $0.startIndex..<$0.endIndex }
    }

    private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        String(String.UnicodeScalarView(scalars))
    }

    private static func contains(_ name: [Unicode.Scalar], _ secret: [Unicode.Scalar]) -> Bool {
        guard !secret.isEmpty, name.count >= secret.count else { return false }
        return (0...(name.count - secret.count)).contains { name[$0..<($0 + secret.count)].elementsEqual(secret) }
    }
}

extension Unicode.Scalar {
    /// Capital letters count as small ones.
    var small: Unicode.Scalar { properties.lowercaseMapping.unicodeScalars.first ?? self }

    fileprivate var isWordPart: Bool { properties.isAlphabetic || properties.numericType != nil }
}
