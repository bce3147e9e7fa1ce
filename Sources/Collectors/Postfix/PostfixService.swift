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

    /// The services of a `master.cf`. A line that is none is passed over, as `master` itself refuses it; of several with the same name and
    /// type the last one counts, as it does there.
    static func all(in text: String, defaultProcessLimit: Int) -> [PostfixService] {
        var services: [PostfixService] = []
        var positions: [[String]: Int] = [:]
        for service in PostfixLines(text).lines.compactMap({ PostfixService($0, defaultProcessLimit: defaultProcessLimit) }) {
            if let position = positions[[service.name, service.type]] {
                services[position] = service
            } else {
                positions[[service.name, service.type]] = services.count
                services.append(service)
            }
        }
        return services
    }
}

extension PostfixService {
    /// `nil` when the line is none of a service.
    fileprivate init?(_ line: some StringProtocol, defaultProcessLimit: Int) {
        let words = line.split { $0 == " " || $0 == "\t" }
        guard words.count >= 8, ["inet", "unix", "fifo", "pass", "unix-dgram"].contains(words[1]) else { return nil }
        let limit = words[6] == "-" ? defaultProcessLimit : Int(words[6]) ?? defaultProcessLimit
        self.init(name: String(words[0]), type: String(words[1]), processLimit: limit == 0 ? nil : limit, command: String(words[7]))
    }
}
