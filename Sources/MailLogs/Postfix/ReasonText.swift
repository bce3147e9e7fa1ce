/// Why a delivery was put off or refused, as Postfix words it, apart from the name of the host that the text begins with: a host may be
/// called anything, and the next one says the same.
struct ReasonText {
    /// All of it.
    let text: LogBytes
    /// What stands behind the host's name; all of the text when it begins with none.
    let words: LogBytes

    init(_ text: LogBytes) {
        let text = text.hasPrefix("delivery temporarily suspended: ") ? text.dropFirst(32) : text
        let beginsWithHost =
            text.hasPrefix("host ") || text.hasPrefix("connect to ") || text.hasPrefix("lost connection with ")
            || text.hasPrefix("conversation with ")
        self.text = text
        // `host mx.example[192.0.2.1] said: …`
        words = beginsWithHost ? text.index(of: UInt8(ascii: "]")).map { text.dropFirst($0 + 1) } ?? text : text
    }

    /// The same for texts that say the same: without the host's name, and without the address that most servers repeat. What stands behind
    /// 256 bytes rarely decides.
    func hash(seed: UInt64) -> UInt64 {
        let words = words.prefix(256)
        let seed = text.prefix(4).hash(seed: seed)
        guard let opening = words.index(of: UInt8(ascii: "<")), let closing = words.index(of: UInt8(ascii: ">"), from: opening) else {
            return words.hash(seed: seed)
        }
        return words.dropFirst(closing).hash(seed: words.prefix(opening).hash(seed: seed))
    }
}
