/// A line of `master.cf`. Source: Postfix, master(5).
struct PostfixService: Hashable, Sendable {
    /// `smtp`, `127.0.0.1:10025`, `cleanup`.
    let name: String
    /// `inet`, `unix`, `fifo` or `pass`.
    let type: String
    /// The most processes at once; `nil`: no limit.
    let processLimit: Int?
    /// The program: `smtpd`.
    let command: String

    /// The services of a `master.cf`. A line that is none is passed over, as `master` itself refuses it.
    static func all(in text: String, defaultProcessLimit: Int) -> [PostfixService] {
        PostfixLines(text).lines.compactMap { line in
            let words = line.split { $0 == " " || $0 == "\t" }
            guard words.count >= 8, ["inet", "unix", "fifo", "pass", "unix-dgram"].contains(words[1]) else { return nil }
            let limit = words[6] == "-" ? defaultProcessLimit : Int(words[6]) ?? defaultProcessLimit
            return PostfixService(
                name: String(words[0]), type: String(words[1]), processLimit: limit == 0 ? nil : limit, command: String(words[7]))
        }
    }
}
