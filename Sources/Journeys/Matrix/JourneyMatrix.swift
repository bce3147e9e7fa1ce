import MailClient
import PostwatchModel

/// One journey over every combination of servers, accounts and address families: section `matrix` of a journey. Each combination is a cell:
/// a journey of its own, whose path are the nodes of its axes.
///
/// ```yaml
/// matrix:
///   servers: [{name: proxy-1, server: "proxy-1.example.net:993", path: [imap-proxy-1]}, {name: direct, direct: true}]
///   accounts: [{name: shard-1, username: …, password_file: …, path: [mailstore-1], server: "mailstore-1.example.net:993"}]
///   exchangers_of: example.net
///   families: [ipv4, ipv6]
/// ```
public struct JourneyMatrix: Sendable {
    /// A matrix has no more cells than this.
    static let largest = 10_000

    /// The journey's name: the label `matrix` of its cells.
    public let name: String
    /// The domain whose mail exchangers are the servers.
    public let exchangersOf: String?
    /// Host names whose addresses are asked for.
    public let hosts: [String]
    /// The name server to ask; the system's when `nil`.
    public let resolver: Endpoint?
    private let journey: ConfigurationNode
    private let file: String

    /// Reads those of the list `journeys` that have a matrix of which name servers must be asked.
    public static func readAll(_ section: ConfigurationSection) -> [JourneyMatrix] {
        section.sections("journeys") { journey in
            let content = journey.content
            // `JourneyConfiguration.readAll` has noted what is wrong.
            _ = journey.remainder(besides: [])
            guard let axes = try? axes(of: content, file: journey.file), axes.needsNames else { return nil }
            guard case .scalar(let name) = content["name"]?.content else { return nil }
            return JourneyMatrix(
                name: name, exchangersOf: axes.exchangersOf, hosts: axes.hosts, resolver: resolver(of: content), journey: content,
                file: journey.file)
        }
    }

    /// The cells for what name servers say now; in the order of the axes. Names that could not be resolved have none.
    public func cells(for names: MatrixNames) -> [JourneyConfiguration] {
        (try? ConfigurationSection.read(journey, file: file) { Self.cells(of: $0, names: names) }) ?? []
    }

    /// Reads a journey with a matrix. Its cells, when no name server has to be asked; otherwise they are only looked through for faults.
    static func fixedCells(of section: ConfigurationSection) -> [JourneyConfiguration] {
        guard let axes = section.section("matrix", Axes.init) else { return [] }
        guard axes.needsNames else { return cells(of: section, names: MatrixNames()) }
        let example = MatrixAddress("192.0.2.1")
        let names = MatrixNames(
            exchangers: ["mx.invalid"],
            addresses: Dictionary((axes.hosts + ["mx.invalid"]).map { ($0, [example]) }) { first, _ in first })
        _ = cells(of: section, names: names, allFamilies: true)
        return []
    }

    // MARK: - Private

    /// What the section `matrix` says.
    struct Axes: Sendable {
        let servers: [MatrixChoice]
        let accounts: [MatrixChoice]
        let exchangersOf: String?
        /// Empty: addresses are not told apart.
        let families: [MatrixAddress.Family]
        /// Node by the name of a mail exchanger.
        let nodes: [String: String]

        init(_ section: ConfigurationSection) {
            servers = section.sections("servers") { MatrixChoice($0, axis: "server") }
            accounts = section.sections("accounts") { MatrixChoice($0, axis: "account") }
            exchangersOf = section.text("exchangers_of")
            nodes = section.textMap("nodes")
            families = section.texts("families").compactMap { text in
                let family = MatrixAddress.Family(rawValue: text)
                if family == nil { section.report("families", found: "\"\(text)\"", write: "ipv4, ipv6, or both") }
                return family
            }
            if let exchangersOf, exchangersOf.isEmpty {
                section.report("exchangers_of", found: "an empty text", write: "a domain such as example.net")
            }
            if exchangersOf != nil && !servers.isEmpty {
                section.report("exchangers_of", found: "servers beside it", write: "only one of both")
            }
            if servers.isEmpty && accounts.isEmpty && exchangersOf == nil && families.isEmpty {
                section.report("accounts", found: "no axis", write: "servers, accounts, exchangers_of or families")
            }
            for choices in [servers, accounts] {
                var names: Set<String> = []
                for choice in choices where !names.insert(choice.name).inserted {
                    section.report(
                        choice.axis + "s", found: "the \(choice.axis) \(choice.name) twice", write: "a name of its own for each")
                }
            }
        }

        var needsNames: Bool { exchangersOf != nil || !families.isEmpty }

        /// Of servers that are told apart by address.
        var hosts: [String] {
            Set(servers.compactMap { $0.server.flatMap(JourneyMatrix.endpoint)?.host }).sorted()
        }

        /// Every way to a server.
        func ways(_ names: MatrixNames, kind: any JourneyTask.Type, allFamilies: Bool) -> [MatrixChoice] {
            let plain = exchangersOf == nil ? servers : names.exchangers.map(exchanger)
            guard needsNames else { return plain }
            let wanted = families.isEmpty || allFamilies ? MatrixAddress.Family.allCases : families
            return plain.flatMap { choice -> [MatrixChoice] in
                guard let endpoint = choice.server.flatMap(JourneyMatrix.endpoint) else { return choice.isDirect ? [choice] : [] }
                let addresses = (names.addresses[endpoint.host] ?? []).filter { wanted.contains($0.family) }
                return addresses.map { address in
                    choice.by(
                        address, isAmongOthers: addresses.count { $0.family == address.family } > 1,
                        port: choice.server.flatMap(JourneyMatrix.hasPort) == true ? endpoint.port : nil,
                        host: endpoint.host, needsName: kind.serverSection != "dns")
                }
            }
        }

        private func exchanger(_ host: String) -> MatrixChoice {
            let node = nodes[host] ?? String(host.prefix { $0 != "." })
            let server = ConfigurationNode(.scalar("\(host):25"), line: 1)
            return MatrixChoice(
                axis: "exchanger", name: host, path: [node], overlay: [.init(key: "server", line: 1, value: server)])
        }
    }

    private static func axes(of journey: ConfigurationNode, file: String) throws(ConfigurationFaults) -> Axes? {
        guard let matrix = journey["matrix"] else { return nil }
        return try ConfigurationSection.read(matrix, file: file, Axes.init)
    }

    private static func resolver(of journey: ConfigurationNode) -> Endpoint? {
        journey["resolver"].flatMap { endpoint($0, defaultPort: 53) }
    }

    fileprivate static func endpoint(_ node: ConfigurationNode) -> Endpoint? { endpoint(node, defaultPort: 25) }

    /// Whether a server is written with its port; otherwise each kind has its own.
    fileprivate static func hasPort(_ node: ConfigurationNode) -> Bool {
        endpoint(node, defaultPort: 1) == endpoint(node, defaultPort: 2)
    }

    private static func endpoint(_ node: ConfigurationNode, defaultPort: Int) -> Endpoint? {
        guard case .scalar(let text) = node.content else { return nil }
        return Endpoint(text, defaultPort: defaultPort)
    }

    private static func cells(of section: ConfigurationSection, names: MatrixNames, allFamilies: Bool = false) -> [JourneyConfiguration] {
        guard let axes = section.section("matrix", Axes.init), let kind = JourneyConfiguration.kind(of: section) else { return [] }
        let journey = section.content.without("matrix")
        let ways: [MatrixChoice?] =
            axes.servers.isEmpty && axes.exchangersOf == nil ? [nil] : axes.ways(names, kind: kind, allFamilies: allFamilies)
        let accounts: [MatrixChoice?] = axes.accounts.isEmpty ? [nil] : axes.accounts
        guard ways.count * accounts.count <= largest else {
            section.report("matrix", found: "\(ways.count * accounts.count) cells", write: "at most \(largest)")
            return []
        }
        var taken: Set<String> = []
        return ways.flatMap { way in
            accounts.compactMap { account -> JourneyConfiguration? in
                // Straight to a server that the account does not name there is no way.
                if way?.isDirect == true && account?.server == nil { return nil }
                let node = cell(journey, way, account, kind)
                guard var cell = section.reading(node, { JourneyConfiguration(reading: $0) }) ?? nil else { return nil }
                let choices = [way, account].compactMap { $0 }
                let path = cell.path + choices.flatMap(\.path)
                cell.path = path.enumerated().filter { path.firstIndex(of: $0.element) == $0.offset }.map(\.element)
                cell.labels = LabelSet(
                    [("matrix", cell.name)] + choices.flatMap { [($0.axis, $0.name)] + $0.more.map { ($0.name, $0.value) } })
                cell.name = name(of: cell.name, choices, taken: &taken)
                return cell
            }
        }
    }

    private static func cell(
        _ journey: ConfigurationNode, _ way: MatrixChoice?, _ account: MatrixChoice?, _ kind: any JourneyTask.Type
    ) -> ConfigurationNode {
        var cell = journey
        for entry in way?.overlay ?? [] { cell = cell.laying(entry.value, at: [kind.serverSection, entry.key]) }
        for entry in account?.overlay ?? [] {
            switch entry.key {
            case "server" where way?.isDirect != true: continue
            case "server": cell = cell.laying(entry.value, at: [kind.serverSection, entry.key])
            // The recipient belongs to the server that takes the message.
            case "to": cell = cell.laying(entry.value, at: [kind.serverSection, entry.key])
            default: cell = cell.laying(entry.value, at: [kind.accountSection, entry.key])
            }
        }
        return cell
    }

    /// `read-mail-proxy-1-shard-2`: readable, and of no other cell.
    private static func name(of journey: String, _ choices: [MatrixChoice], taken: inout Set<String>) -> String {
        let parts = choices.flatMap { [$0.name] + $0.more.map(\.value) }
        let name = ([journey] + parts.map(plain)).filter { !$0.isEmpty }.joined(separator: "-")
        var unique = name
        var number = 2
        while !taken.insert(unique).inserted {
            unique = "\(name)-\(number)"
            number += 1
        }
        return unique
    }

    /// Lowercase letters, digits, and single dashes between them.
    private static func plain(_ text: String) -> String {
        let letters = text.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
        return String(letters).split(separator: "-").joined(separator: "-")
    }
}
