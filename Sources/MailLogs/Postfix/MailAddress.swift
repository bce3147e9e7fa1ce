/// Reads addresses where a log shows them between `<` and `>`. Whoever writes mail chooses them, so a quoted local part may hold anything.
enum MailAddress {
    /// The domain of the address that begins at `index`, and where its `>` stands; `nil` when there is none before the end.
    @inline(__always)
    static func read(_ text: LogBytes, at index: Int) -> (domain: LogBytes, end: Int)? {
        var position = index
        if text[position] == UInt8(ascii: "\"") {
            position &+= 1
            while position < text.count, text[position] != UInt8(ascii: "\"") {
                position &+= text[position] == UInt8(ascii: "\\") ? 2 : 1
            }
            position &+= 1
        }
        var domainStart = -1
        while position < text.count {
            let byte = text[position]
            if byte == UInt8(ascii: ">") {
                return (domainStart < 0 ? text.prefix(0) : text.part(domainStart, position), position)
            }
            if byte == UInt8(ascii: "@") { domainStart = position &+ 1 }
            position &+= 1
        }
        return nil
    }
}
