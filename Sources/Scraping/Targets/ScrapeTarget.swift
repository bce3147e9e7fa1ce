import PostwatchModel

/// One address whose metrics are read, with the labels that all of them get.
struct ScrapeTarget: Hashable, Sendable {
    /// Before relabelling.
    let discovered: [String: String]
    let labels: [String: String]
    let url: String
    let interval: Duration
    let timeout: Duration

    /// Two of them would read the same page into the same series.
    struct Identity: Hashable, Sendable {
        let labels: [String: String]
        let url: String
        let interval: Duration
        let timeout: Duration
    }

    var identity: Identity { Identity(labels: labels, url: url, interval: interval, timeout: timeout) }

    /// What becomes of something that was discovered.
    enum Outcome: Hashable, Sendable {
        case target(ScrapeTarget)
        /// A rule drops it.
        case dropped([String: String])
        /// The labels that came out of relabelling name no target.
        case faulty([String: String], reason: String)
    }

    /// Relabels what was discovered. Source: Prometheus documentation, "Configuration", `<relabel_config>`.
    static func make(_ address: String, of group: TargetGroup, in job: ScrapeConfiguration) -> Outcome {
        var labels = group.labels
        labels["__address__"] = address
        let defaults = [
            "job": job.jobName, "__scrape_interval__": job.interval.prometheusText, "__scrape_timeout__": job.timeout.prometheusText,
            "__metrics_path__": job.metricsPath, "__scheme__": job.scheme,
        ]
        for (name, value) in defaults where labels[name, default: ""].isEmpty { labels[name] = value }
        for (name, values) in job.parameters {
            if let value = values.first, !value.isEmpty { labels["__param_" + name] = value }
        }
        labels = labels.filter { !$0.value.isEmpty }
        let discovered = labels
        guard job.relabelRules.apply(to: &labels) else { return .dropped(discovered) }
        guard let address = labels["__address__"], !address.isEmpty, !address.contains("/") else {
            return .faulty(
                discovered, reason: "\"\(labels["__address__"] ?? "")\" is no address of the form host:port; correct __address__")
        }
        guard let interval = labels["__scrape_interval__"].flatMap(Duration.init(prometheus:)), interval >= .milliseconds(1),
            let timeout = labels["__scrape_timeout__"].flatMap(Duration.init(prometheus:)), timeout >= .milliseconds(1),
            timeout <= interval
        else {
            return .faulty(
                discovered,
                reason: "\(address) has an interval or a timeout that makes no sense; correct __scrape_interval__ and __scrape_timeout__")
        }
        let scheme = labels["__scheme__"] ?? ""
        guard scheme == "http" || scheme == "https" else {
            return .faulty(discovered, reason: "\(address) has the scheme \"\(scheme)\"; write http or https into __scheme__")
        }
        var path = labels["__metrics_path__"] ?? "/metrics"
        if !path.hasPrefix("/") { path = "/" + path }
        let query = query(job.parameters, labels)
        var kept = labels.filter { !$0.key.hasPrefix("__") && !$0.value.isEmpty }
        if kept["instance"] == nil { kept["instance"] = address }
        return .target(
            ScrapeTarget(
                discovered: discovered, labels: kept, url: "\(scheme)://\(address)\(path)\(query.isEmpty ? "" : "?\(query)")",
                interval: interval, timeout: timeout))
    }

    // MARK: - Private

    /// A label `__param_a` replaces the first value of the parameter `a`.
    private static func query(_ parameters: [String: [String]], _ labels: [String: String]) -> String {
        var values = parameters
        for (label, value) in labels where label.hasPrefix("__param_") {
            values[String(label.dropFirst(8)), default: [""]].replaceFirst(with: value)
        }
        return values.sorted { $0.key < $1.key }
            .flatMap { name, values in values.map { "\(escaped(name))=\(escaped($0))" } }
            .joined(separator: "&")
    }

    /// As forms are written: RFC 3986's unreserved characters stay, a blank becomes a plus.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: " "): escaped += "+"
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                escaped += "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }
        return escaped
    }
}

extension [String] {
    fileprivate mutating func replaceFirst(with value: String) {
        if isEmpty { append(value) } else { self[0] = value }
    }
}
