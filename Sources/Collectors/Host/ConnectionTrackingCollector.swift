import PostwatchModel

/// How full the table of the firewall's connections is: when it is full, new connections are dropped without a word. Nothing on machines
/// without one. Source: Linux, Documentation/networking/nf_conntrack-sysctl.rst.
struct ConnectionTrackingCollector: BlockingCollecting {
    let name = "conntrack"
    let files: HostFiles

    private static let figures = [
        (source: "nf_conntrack_count", metric: "entries", help: "Connections that the firewall follows."),
        (source: "nf_conntrack_max", metric: "entries_limit", help: "Connections that the firewall can follow."),
    ]

    func measure(at moment: Timestamp) throws(CollectionFailure) -> [Measurement] {
        var measurements: [Measurement] = []
        for figure in Self.figures {
            let source = "proc/sys/net/netfilter/\(figure.source)"
            guard let text = try files.textIfPresent(source) else { continue }
            guard let value = Double(text.filter { $0 != "\n" }) else { throw files.malformed(source, found: text) }
            measurements.append(Measurement("node_nf_conntrack_\(figure.metric)", .gauge, help: figure.help, value: value))
        }
        return measurements
    }
}
