extension String {
    /// So much of a secret's beginning counts as the secret: a quotation may have been cut in the middle of it.
    private static let tellingCount = 8

    /// The text with dots in place of a secret, and of any beginning of it that is long enough to tell.
    func hiding(_ secret: String) -> String {
        guard !secret.isEmpty else { return self }
        let head = secret.prefix(Self.tellingCount)
        var hidden = ""
        var rest = self[...]
        while let found = rest.firstRange(of: head) {
            hidden += rest[..<found.lowerBound] + "••••"
            let repeated = zip(rest[found.lowerBound...], secret).prefix { $0 == $1 }.count
            rest = rest[rest.index(found.lowerBound, offsetBy: repeated)...]
        }
        return hidden + rest
    }
}
