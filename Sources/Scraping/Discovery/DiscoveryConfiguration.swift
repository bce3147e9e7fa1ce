import PostwatchModel

/// Where the targets of a job come from.
/// Source: Prometheus documentation, "Configuration", `<static_config>`, `<file_sd_config>`, `<http_sd_config>`, `<dns_sd_config>`.
public enum DiscoveryConfiguration: Sendable {
    public struct Files: Hashable, Sendable {
        /// Paths whose last part may hold `*`. JSON or YAML.
        public var patterns: [String]
        /// How often files are looked for. Default: 5 min; the files that were found are looked at every 5 s.
        public var interval = Duration.seconds(300)

        public init(patterns: [String]) {
            self.patterns = patterns
        }
    }

    public struct Address: Hashable, Sendable {
        public var url: String
        /// Default: 60 s.
        public var interval = Duration.seconds(60)
        public var access = HTTPAccess()

        public init(url: String) {
            self.url = url
        }
    }

    public struct Names: Hashable, Sendable {
        public enum Kind: String, Hashable, Sendable, CaseIterable {
            /// Each record names a host and its port.
            case srv = "SRV"
            case a = "A"
            case aaaa = "AAAA"
            case mx = "MX"
            case ns = "NS"
        }

        public var names: [String]
        /// Default: SRV.
        public var kind: Kind
        /// Of the targets; not used with SRV.
        public var port: Int
        /// Default: 30 s.
        public var interval = Duration.seconds(30)

        public init(names: [String], kind: Kind = .srv, port: Int = 0) {
            self.names = names
            self.kind = kind
            self.port = port
        }
    }

    case fixed([TargetGroup])
    case files(Files)
    case address(Address)
    case names(Names)
}

extension DiscoveryConfiguration {
    /// Reads the discoveries of a job.
    static func readAll(_ section: ConfigurationSection, keys: ConfigurationKeys) -> [DiscoveryConfiguration] {
        let groups = section.sections("static_configs") { group in
            TargetGroup(targets: targets(group), labels: group.textMap("labels"))
        }
        let files = section.sections("file_sd_configs") { Files($0) }.map(DiscoveryConfiguration.files)
        var index = -1
        let addresses = section.sections("http_sd_configs") { address in
            index += 1
            return Address(address, keys: keys["http_sd_configs"][index])
        }
        .map(DiscoveryConfiguration.address)
        let names = section.sections("dns_sd_configs") { Names($0) }.map(DiscoveryConfiguration.names)
        return (groups.isEmpty ? [] : [.fixed(groups)]) + files + addresses + names
    }

    private static func targets(_ group: ConfigurationSection) -> [String] {
        let targets = group.texts("targets")
        for target in targets where target.contains("/") {
            group.report("targets", found: "\"\(target)\"", write: "host:port alone; the path belongs into metrics_path")
        }
        return targets
    }
}

extension DiscoveryConfiguration.Files {
    fileprivate init(_ section: ConfigurationSection) {
        patterns = section.filePaths("files")
        interval = section.duration("refresh_interval", default: .seconds(300), atLeast: .milliseconds(100))
        if patterns.isEmpty { section.report("files", found: "nothing", write: "a list of paths such as targets/*.yml") }
        for pattern in patterns where ![".json", ".yml", ".yaml"].contains(where: pattern.hasSuffix) {
            section.report("files", found: "\"\(pattern)\"", write: "a path that ends in .json, .yml or .yaml")
        }
    }
}

extension DiscoveryConfiguration.Address {
    fileprivate init(_ section: ConfigurationSection, keys: ConfigurationKeys) {
        url = section.requiredText("url", like: "http://127.0.0.1:8000/targets")
        if !url.isEmpty, !["http://", "https://"].contains(where: url.hasPrefix) {
            section.report("url", found: "\"\(url)\"", write: "an address such as http://127.0.0.1:8000/targets")
        }
        interval = section.duration("refresh_interval", default: .seconds(60), atLeast: .milliseconds(100))
        access = HTTPAccess(section, keys: keys)
    }
}

extension DiscoveryConfiguration.Names {
    fileprivate init(_ section: ConfigurationSection) {
        names = section.texts("names")
        if names.isEmpty { section.report("names", found: "nothing", write: "a list of names such as mx.example.org") }
        let type = section.text("type") ?? "SRV"
        let known = Kind(rawValue: type.uppercased())
        if known == nil {
            section.report(
                "type", found: "\"\(type)\"", write: "one of " + Kind.allCases.map(\.rawValue).joined(separator: ", "))
        }
        kind = known ?? .srv
        port = section.integer("port", default: kind == .mx ? 25 : 0, in: 0...65_535)
        if port == 0 && kind != .srv {
            section.report("port", found: "nothing", write: "the port on which the targets are scraped; only SRV records name it")
        }
        interval = section.duration("refresh_interval", default: .seconds(30), atLeast: .milliseconds(100))
    }
}
