import MailClient
import MailWire
import PostwatchModel

/// Every combination of a matrix before addresses are told apart: the journey with a server and an account laid over it.
struct MatrixLayout {
    struct Combination {
        let journey: ConfigurationNode
        let way: MatrixChoice?
        let account: MatrixChoice?
        /// The host that its server is on; `nil` when its section names none.
        let host: String?
    }

    private static let loginKeys: Set<String> = ["username", "password_file", "password_env", "auth"]
    private static let envelopeKeys: Set<String> = ["from", "to"]

    let journey: ConfigurationNode
    let axes: JourneyMatrix.Axes
    let sections: MatrixSections

    /// - Parameter journey: without its section `matrix`.
    init(_ journey: ConfigurationNode, _ axes: JourneyMatrix.Axes, _ kind: any JourneyTask.Type) {
        self.journey = journey
        self.axes = axes
        sections = kind.matrixSections(of: journey)
    }

    /// In the order of the axes.
    func combinations(exchangers: [String]) -> [Combination] {
        let ways: [MatrixChoice?] =
            axes.exchangersOf != nil ? exchangers.map(axes.exchanger) : axes.servers.isEmpty ? [nil] : axes.servers
        let accounts: [MatrixChoice?] = axes.accounts.isEmpty ? [nil] : axes.accounts
        return ways.flatMap { way in
            accounts.compactMap { account -> Combination? in
                // Straight to a server that the account does not name there is no way.
                if way?.isDirect == true && account?.server == nil { return nil }
                let laid = laying(account, by: way)
                return Combination(journey: laid, way: way, account: account, host: host(in: laid))
            }
        }
    }

    /// A combination by one address of its server.
    func journey(of combination: Combination, by address: MatrixAddress) -> ConfigurationNode {
        let section = combination.journey[sections.server]
        let line = section?.line ?? combination.journey.line
        func text(_ text: String) -> ConfigurationNode { ConfigurationNode(.scalar(text), line: line) }
        switch sections.naming {
        case .server, .url: return combination.journey.laying(text(address.text), at: [sections.server, "address"])
        case .address:
            let written = section?["server"].flatMap(Self.text)
            // Without a port the kind has its own.
            let port = written.flatMap { Endpoint($0) }?.port
            let bare = address.text.contains(":") ? "[\(address.text)]" : address.text
            let server = port.map { "\(Endpoint(host: address.text, port: $0))" } ?? bare
            return combination.journey.laying(text(server), at: [sections.server, "server"])
        }
    }

    /// What does not go together: its sentence, and what to write.
    func faults(of kind: any JourneyTask.Type) -> [(found: String, write: String)] {
        var faults: [(found: String, write: String)] = []
        if sections.account == nil && !axes.accounts.isEmpty {
            faults.append(("accounts in a journey of kind \(kind.kind), which signs in nowhere", "servers, exchangers_of or families"))
        }
        if axes.exchangersOf != nil {
            if !sections.takesExchangers {
                faults.append(("exchangers_of, and no server of a journey of kind \(kind.kind) is a mail exchanger", "servers"))
            } else if kind == TLSTask.self && journey["tls"]?["protocol"].flatMap(Self.text) != "smtp" {
                faults.append(("mail exchangers, which encrypt by STARTTLS", "protocol: smtp in the section tls"))
            }
            return faults
        }
        let lost = axes.servers.filter { $0.isDirect && !axes.accounts.contains { $0.server != nil } }
        for server in lost {
            faults.append(("the server \(server.name) with direct: true, but no account that names its server", "server in an account"))
        }
        if !axes.families.isEmpty, lost.isEmpty, let unnamed = combinations(exchangers: []).first(where: { $0.host == nil }) {
            let who = unnamed.way.map { "the server \($0.name)" } ?? "the section \(sections.server)"
            let key = sections.naming == .url ? "url" : "server"
            faults.append(("families, but \(who) does not say whose addresses they are", "\(key) there, servers, or exchangers_of"))
        }
        return faults
    }

    // MARK: - Private

    private func laying(_ account: MatrixChoice?, by way: MatrixChoice?) -> ConfigurationNode {
        var journey = self.journey
        for entry in way?.overlay ?? [] { journey = lay(entry, over: journey, in: [sections.server]) }
        guard let account else { return journey }
        let home = sections.account ?? sections.server
        let named = Set(account.overlay.map(\.key))
        let logins = sections.logins.filter { journey[$0] != nil || named.contains($0) }
        for entry in account.overlay {
            switch entry.key {
            case "server" where way?.isDirect != true: continue
            case "server": journey = lay(entry, over: journey, in: [sections.server])
            case _ where Self.loginKeys.contains(entry.key): journey = lay(entry, over: journey, in: logins.isEmpty ? [home] : logins)
            case _ where Self.envelopeKeys.contains(entry.key): journey = lay(entry, over: journey, in: [sections.envelope ?? home])
            default: journey = lay(entry, over: journey, in: [home])
            }
        }
        return journey
    }

    /// A key goes into these sections; a section that is named like one of the journey's goes into that one.
    private func lay(_ entry: ConfigurationNode.Entry, over journey: ConfigurationNode, in places: [String]) -> ConfigurationNode {
        guard case .mapping(let inner) = entry.value.content, sections.names.contains(entry.key) else {
            return places.reduce(journey) { $0.laying(entry.value, at: [$1, entry.key]) }
        }
        return inner.reduce(journey) { $0.laying($1.value, at: [entry.key, $1.key]) }
    }

    private func host(in journey: ConfigurationNode) -> String? {
        let section = journey[sections.server]
        if let server = section?["server"].flatMap(Self.text) { return Endpoint(server, defaultPort: 25)?.host }
        guard sections.naming == .url else { return nil }
        return section?["url"].flatMap(Self.text).flatMap { HTTPURL($0) }?.host
    }

    private static func text(_ node: ConfigurationNode) -> String? {
        guard case .scalar(let text) = node.content else { return nil }
        return text
    }
}
