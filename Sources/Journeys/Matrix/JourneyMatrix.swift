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
///
/// A key of a server goes into the section of the journey's server, a key of an account into that of its account, `username` and what goes
/// with it into every section that signs in, `from` and `to` into the one that has the message's addresses; `MatrixSections` knows them. A key
/// that is named like a section holds what belongs there.
public struct JourneyMatrix: Sendable {
    /// A matrix has no more cells than this.
    static let largest = 10_000

    /// The journey's name: the label `matrix` of its cells.
    public let name: String
    /// `imap`.
    public let kind: String
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
            guard case .scalar(let name) = content["name"]?.content, case .scalar(let kindName) = content["kind"]?.content,
                let kind = JourneyConfiguration.kinds.first(where: { $0.kind == kindName })
            else { return nil }
            let layout = MatrixLayout(content.without("matrix"), axes, kind)
            return JourneyMatrix(
                name: name, kind: kindName, exchangersOf: axes.exchangersOf, hosts: hosts(of: layout), resolver: resolver(of: content),
                journey: content,
                file: journey.file)
        }
    }

    /// The cells for what name servers say now; in the order of the axes. Names that could not be resolved have none. Throws
    /// `ConfigurationFaults` when what they say makes no cells: a name that is none, too many addresses.
    public func cells(for names: MatrixNames) throws(ConfigurationFaults) -> [JourneyConfiguration] {
        try ConfigurationSection.read(journey, file: file) { Self.cells(of: $0, names: names) }
    }

    /// Reads a journey with a matrix. Its cells, when no name server has to be asked; otherwise they are only looked through for faults.
    static func fixedCells(of section: ConfigurationSection) -> [JourneyConfiguration] {
        guard let axes = section.section("matrix", Axes.init), let kind = JourneyConfiguration.kind(of: section) else { return [] }
        let layout = MatrixLayout(section.content.without("matrix"), axes, kind)
        let faults = layout.faults(of: kind)
        for fault in faults { section.report("matrix", found: fault.found, write: fault.write) }
        guard faults.isEmpty else {
            // One sentence says it; what it leads to is not told as well.
            _ = section.remainder(besides: [])
            return []
        }
        guard axes.needsNames else { return cells(of: section, names: MatrixNames()) }
        let example = MatrixAddress("192.0.2.1")
        let names = MatrixNames(
            exchangers: ["mx.invalid"],
            addresses: Dictionary((hosts(of: layout) + ["mx.invalid"]).map { ($0, [example]) }) { first, _ in first })
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

        /// Families that are asked for; all where nothing is said.
        var wantedFamilies: [MatrixAddress.Family] { families.isEmpty ? MatrixAddress.Family.allCases : families }

        /// A mail exchanger as a way.
        func exchanger(_ host: String) -> MatrixChoice {
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
        guard case .scalar(let text) = journey["resolver"]?.content else { return nil }
        return Endpoint(text, defaultPort: 53)
    }

    private static func hosts(of layout: MatrixLayout) -> [String] {
        Set(layout.combinations(exchangers: []).compactMap(\.host)).sorted()
    }

    private static func cells(of section: ConfigurationSection, names: MatrixNames, allFamilies: Bool = false) -> [JourneyConfiguration] {
        guard let axes = section.section("matrix", Axes.init), let kind = JourneyConfiguration.kind(of: section) else { return [] }
        let layout = MatrixLayout(section.content.without("matrix"), axes, kind)
        // Where name servers tell of nothing no cell reads the journey's keys.
        _ = section.remainder(besides: [])
        let families = allFamilies ? MatrixAddress.Family.allCases : axes.wantedFamilies
        let ways = layout.combinations(exchangers: names.exchangers).map { combination in
            (combination, (combination.host.flatMap { names.addresses[$0] } ?? []).filter { families.contains($0.family) })
        }
        let count = axes.needsNames ? ways.map(\.1.count).reduce(0, +) : ways.count
        guard count <= largest else {
            section.report("matrix", found: "\(count) cells", write: "at most \(largest)")
            return []
        }
        let places = ways.flatMap { combination, found -> [Place] in
            guard axes.needsNames else { return [Place(combination.journey, combination)] }
            let ofFamily = Dictionary(grouping: found, by: \.family)
            return found.map { address in
                let isAmongOthers = ofFamily[address.family, default: []].count > 1
                return Place(
                    layout.journey(of: combination, by: address), combination,
                    more: [("family", address.family.rawValue)] + (isAmongOthers ? [("address", address.text)] : []))
            }
        }
        var taken: Set<String> = []
        return places.compactMap { place -> JourneyConfiguration? in
            guard var cell = section.reading(place.journey, { JourneyConfiguration(reading: $0) }) ?? nil else { return nil }
            let path = cell.path + place.path
            cell.path = path.enumerated().filter { path.firstIndex(of: $0.element) == $0.offset }.map(\.element)
            cell.labels = LabelSet([("matrix", cell.name)] + place.labels)
            cell.name = name(of: cell.name, place.labels.map(\.value), taken: &taken)
            return cell
        }
    }

    /// One combination, at one address where these are told apart.
    private struct Place {
        let journey: ConfigurationNode
        let path: [String]
        /// Beside `matrix`, in the order of names.
        let labels: [(name: String, value: String)]

        init(_ journey: ConfigurationNode, _ combination: MatrixLayout.Combination, more: [(name: String, value: String)] = []) {
            self.journey = journey
            path = [combination.way, combination.account].compactMap(\.self).flatMap(\.path)
            labels =
                (combination.way.map { [($0.axis, $0.name)] } ?? []) + more + (combination.account.map { [($0.axis, $0.name)] } ?? [])
        }
    }

    /// `read-mail-proxy-1-shard-2`: readable, and of no other cell.
    private static func name(of journey: String, _ parts: [String], taken: inout Set<String>) -> String {
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
