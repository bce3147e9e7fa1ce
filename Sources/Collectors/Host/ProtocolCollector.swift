import PostwatchModel

/// What IP, ICMP, TCP and UDP went through, from `/proc/net/snmp`, `netstat` and `snmp6`: node_exporter's choice of the hundreds of
/// counters there are. Source: Linux, Documentation/networking/snmp_counter.rst.
struct ProtocolCollector: BlockingCollecting {
    let name = "netstat"
    let files: HostFiles

    func measure(at moment: Timestamp) throws(CollectionFailure) -> [Measurement] {
        var counters: [(protocol: Substring, field: Substring, value: Double)] = []
        try readPairs("proc/net/netstat", &counters)
        try readPairs("proc/net/snmp", &counters)
        try readList("proc/net/snmp6", &counters)
        return counters.compactMap { counter in
            guard Self.isWanted(counter.protocol, counter.field) else { return nil }
            return Measurement(
                "node_netstat_\(counter.protocol)_\(counter.field)", .unknown,
                help: "The kernel's counter \(counter.field) of \(counter.protocol).", value: counter.value)
        }
    }

    // MARK: - Private

    /// Two lines for each protocol: the names, and the numbers.
    private func readPairs(
        _ source: String, _ counters: inout [(protocol: Substring, field: Substring, value: Double)]
    ) throws(CollectionFailure) {
        let lines = try files.fields(source)
        for index in stride(from: 0, to: lines.count, by: 2) {
            let names = lines[index]
            guard index + 1 < lines.count, lines[index + 1].count == names.count, lines[index + 1][0] == names[0], names[0].hasSuffix(":")
            else { throw files.malformed(source, found: names.joined(separator: " ")) }
            for (name, text) in zip(names, lines[index + 1]).dropFirst() {
                guard let value = Double(text) else { throw files.malformed(source, found: text) }
                counters.append((names[0].dropLast(), name, value))
            }
        }
    }

    /// A name such as `Udp6InDatagrams` and its number on each line; absent where IPv6 is switched off.
    private func readList(
        _ source: String, _ counters: inout [(protocol: Substring, field: Substring, value: Double)]
    ) throws(CollectionFailure) {
        guard let text = try files.textIfPresent(source) else { return }
        for line in text.split(separator: "\n") {
            let words = line.split { $0 == " " || $0 == "\t" }
            guard words.count == 2, let value = Double(words[1]) else { throw files.malformed(source, found: line) }
            guard let digit = words[0].firstIndex(of: "6") else { continue }
            counters.append((words[0][...digit], words[0][words[0].index(after: digit)...], value))
        }
    }

    private static func isWanted(_ family: Substring, _ field: Substring) -> Bool {
        field == "InErrors" || field == "InErrs" || fields[family]?.contains { field.hasPrefix($0) } == true
    }

    /// Beginnings of the names of each protocol. None is the beginning of a counter that nobody wants.
    private static let fields: [Substring: [String]] = [
        "Ip": ["Forwarding"],
        "IpExt": ["InOctets", "OutOctets"],
        "Ip6": ["InOctets", "OutOctets"],
        "Icmp": ["InMsgs", "OutMsgs"],
        "Icmp6": ["InMsgs", "OutMsgs"],
        "TcpExt": ["Listen", "Syncookies", "TCPSynRetrans", "TCPTimeouts"],
        "Tcp": ["ActiveOpens", "CurrEstab", "InSegs", "OutRsts", "OutSegs", "PassiveOpens", "RetransSegs"],
        "Udp": ["InDatagrams", "NoPorts", "OutDatagrams", "RcvbufErrors", "SndbufErrors"],
        "Udp6": ["InDatagrams", "NoPorts", "OutDatagrams", "RcvbufErrors", "SndbufErrors"],
    ]
}
