import MailWire

extension SMTPReply {
    /// What the server calls the message in its log, taken from its word of acceptance; `nil` when it does not say.
    ///
    /// - Postfix: `250 2.0.0 Ok: queued as 3F2A1`
    /// - Exim: `250 OK id=1rXyZa-0001Ab-2C`
    /// - Sendmail: `250 2.0.0 47KA0abc012345 Message accepted for delivery`
    var queueID: String? {
        guard let words = lines.last.map({ WireText.parts($0, at: " ") }) else { return nil }
        func name(_ word: String) -> String? {
            let name = word.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
            return name.isEmpty || name.count > 64 ? nil : String(name)
        }
        if let queued = words.indices.first(where: { index in
            index + 2 < words.count && words[index].lowercased() == "queued" && words[index + 1].lowercased() == "as"
        }) {
            return name(words[queued + 2])
        }
        if let word = words.first(where: { $0.lowercased().hasPrefix("id=") }) { return name(String(word.dropFirst(3))) }
        if let accepted = words.firstIndex(of: "Message"), accepted > 0, words.dropFirst(accepted).first(where: { $0 == "accepted" }) != nil
        {
            let word = words[accepted - 1]
            return word.contains(".") ? nil : name(word)
        }
        return nil
    }
}
