import PostwatchModel

extension ScrapeConfiguration {
    /// Reads `scrape_configs` and what `global` says about scraping; faults are noted in the section.
    ///
    /// - Parameters:
    ///   - section: the whole file.
    ///   - root: the node that `section` reads.
    ///   - global: the defaults of all jobs.
    public static func readAll(
        _ section: ConfigurationSection, root: ConfigurationNode, global: ScrapeDefaults
    ) -> [ScrapeConfiguration] {
        let keys = ConfigurationKeys(root)["scrape_configs"]
        var index = -1
        var names: Set<String> = []
        return section.sections("scrape_configs") { job in
            index += 1
            let configuration = ScrapeConfiguration(job, keys: keys[index], global: global)
            if !names.insert(configuration.jobName).inserted {
                job.report("job_name", found: "\"\(configuration.jobName)\" a second time", write: "a name of its own for each job")
            }
            return configuration
        }
    }

    // MARK: - Private

    private init(_ section: ConfigurationSection, keys: ConfigurationKeys, global: ScrapeDefaults) {
        jobName = section.requiredText("job_name", like: "node")
        interval = section.duration("scrape_interval", default: global.interval, atLeast: .milliseconds(100))
        // A short interval without a timeout of its own shortens the timeout, as in Prometheus.
        timeout = section.duration("scrape_timeout", default: min(global.timeout, interval), atLeast: .milliseconds(1))
        if timeout > interval {
            section.report(
                "scrape_timeout", found: timeout.prometheusText, write: "at most the scrape interval, which is \(interval.prometheusText)")
        }
        metricsPath = section.text("metrics_path") ?? "/metrics"
        readScheme(section)
        parameters = Self.parameters(section, keys)
        honorsLabels = section.flag("honor_labels", default: false)
        honorsTimestamps = section.flag("honor_timestamps", default: true)
        tracksTimestampStaleness = section.flag("track_timestamps_staleness", default: false)
        keepsClassicBuckets = section.flag("always_scrape_classic_histograms", default: global.keepsClassicBuckets)
        compresses = section.flag("enable_compression", default: true)
        readProtocols(section, global)
        shownDropped = section.integer("keep_dropped_targets", default: global.shownDropped, in: 0...Int.max)
        if shownDropped == 0 { shownDropped = Self.standardShownDropped }
        access = HTTPAccess(section, keys: keys)
        limits = ScrapeLimits(section, global: global.limits)
        discoveries = DiscoveryConfiguration.readAll(section, keys: keys)
        relabelRules = RelabelRule.readAll("relabel_configs", of: section)
        metricRelabelRules = RelabelRule.readAll("metric_relabel_configs", of: section)
        section.rejectUnsupported(Self.unsupported)
        section.rejectOtherSchemes()
    }

    private mutating func readScheme(_ section: ConfigurationSection) {
        scheme = (section.text("scheme") ?? "http").lowercased()
        if scheme != "http" && scheme != "https" {
            section.report("scheme", found: "\"\(scheme)\"", write: "http or https")
        }
    }

    private static func parameters(_ section: ConfigurationSection, _ keys: ConfigurationKeys) -> [String: [String]] {
        section.section("params") { parameters in
            Dictionary(keys["params"].names.map { ($0, parameters.texts($0)) }) { first, _ in first }
        } ?? [:]
    }

    private mutating func readProtocols(_ section: ConfigurationSection, _ global: ScrapeDefaults) {
        fallbackProtocol = section.choice("fallback_scrape_protocol", of: ScrapeProtocol.self)
        let wantsHistograms = section.flag("scrape_native_histograms", default: global.wantsNativeHistograms)
        let wanted = ScrapeProtocol.readAll(section) ?? global.protocols
        protocols = wanted ?? (wantsHistograms ? [.prometheusProto] : []) + ScrapeProtocol.standard
    }

    /// Keys of Prometheus that are refused by name, and what to write instead.
    private static let unsupported: [String: String] = {
        let discoveries = [
            "azure", "consul", "digitalocean", "docker", "dockerswarm", "ec2", "eureka", "gce", "hetzner", "ionos", "kubernetes", "kuma",
            "lightsail", "linode", "marathon", "nerve", "nomad", "openstack", "ovhcloud", "puppetdb", "scaleway", "serverset", "stackit",
            "triton", "uyuni", "vultr",
        ]
        var keys = Dictionary(
            uniqueKeysWithValues: discoveries.map {
                ("\($0)_sd_configs", "static_configs, file_sd_configs, http_sd_configs or dns_sd_configs")
            })
        keys["scrape_classic_histograms"] = "always_scrape_classic_histograms"
        keys["scrape_failure_log_file"] = "nothing: failures are in the log and in /api/v1/targets"
        return keys
    }()
}

extension ScrapeProtocol {
    /// Reads `scrape_protocols`; `nil` when it is absent or empty.
    static func readAll(_ section: ConfigurationSection) -> [ScrapeProtocol]? {
        var read: [ScrapeProtocol] = []
        for name in section.texts("scrape_protocols") {
            guard let one = ScrapeProtocol(rawValue: name), !read.contains(one) else {
                section.report(
                    "scrape_protocols", found: "\"\(name)\"",
                    write: "each at most once of " + allCases.map(\.rawValue).joined(separator: ", "))
                continue
            }
            read.append(one)
        }
        return read.isEmpty ? nil : read
    }
}

extension ConfigurationSection {
    /// Takes the keys of Prometheus that choose between ways of which there is one here, if they choose that one.
    func rejectOtherSchemes() {
        only("metric_name_validation_scheme", "utf8", "all names in UTF-8 are valid")
        only("metric_name_escaping_scheme", "allow-utf-8", "names are asked for in UTF-8")
        only("convert_classic_histograms_to_nhcb", "false", "classic histograms stay as they are")
        only("native_histogram_bucket_limit", "0", "histograms keep the resolution that targets give them; sample_limit bounds a page")
        only("native_histogram_min_bucket_factor", "0", "histograms keep the resolution that targets give them")
    }

    private func only(_ key: String, _ value: String, _ reason: String) {
        guard let text = text(key), text != value else { return }
        report(key, found: "\"\(text)\", which is not supported here", write: "\(value), or nothing: \(reason)")
    }
}

extension ScrapeLimits {
    init(_ section: ConfigurationSection, global: ScrapeLimits) {
        bodyBytes = ByteCountText.read("body_size_limit", of: section) ?? global.bodyBytes
        samples = section.integer("sample_limit", default: global.samples, in: 0...Int.max)
        labels = section.integer("label_limit", default: global.labels, in: 0...Int.max)
        labelNameLength = section.integer("label_name_length_limit", default: global.labelNameLength, in: 0...Int.max)
        labelValueLength = section.integer("label_value_length_limit", default: global.labelValueLength, in: 0...Int.max)
        targets = section.integer("target_limit", default: global.targets, in: 0...Int.max)
    }
}

/// Sizes as Prometheus writes them: `512`, `100KB`, `10MiB`. All units are powers of 1024.
/// Source: alecthomas/units' base-2 bytes, which Prometheus' configuration names.
enum ByteCountText {
    static func read(_ key: String, of section: ConfigurationSection) -> Int? {
        guard let text = section.text(key) else { return nil }
        if let bytes = bytes(text) { return bytes }
        section.report(key, found: "\"\(text)\"", write: "a size such as 10MB")
        return nil
    }

    /// As one reads it: `10 MiB`, `1000 bytes`.
    static func text(_ bytes: Int) -> String {
        let units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"]
        var (count, unit) = (bytes, 0)
        while count >= 1024, count % 1024 == 0, unit < units.count - 1 { (count, unit) = (count / 1024, unit + 1) }
        return "\(count) \(units[unit])"
    }

    static func bytes(_ text: String) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int(digits) else { return nil }
        let powers = ["": 0, "B": 0, "K": 1, "M": 2, "G": 3, "T": 4, "P": 5]
        var unit = text.dropFirst(digits.count)
        for ending in ["iB", "B"] where unit.count > ending.count && unit.hasSuffix(ending) {
            unit = unit.dropLast(ending.count)
            break
        }
        guard let power = powers[String(unit)] else { return nil }
        let (bytes, isTooLarge) = count.multipliedReportingOverflow(by: 1 << (10 * power))
        return isTooLarge ? nil : bytes
    }
}
