import Glibc
import PostwatchModel

/// How many sockets of each protocol there are and what memory they hold, from `/proc/net/sockstat` and `sockstat6`. Source: proc(5).
struct SocketCollector: BlockingCollecting {
    let name = "sockstat"
    let files: HostFiles
    /// Bytes of the pages in which the kernel counts memory.
    var pageSize = Double(sysconf(Int32(_SC_PAGESIZE)))

    func measure(at moment: Timestamp) throws(CollectionFailure) -> [Measurement] {
        try measurements(of: "proc/net/sockstat", try files.text("proc/net/sockstat"))
            // Absent where IPv6 is switched off.
            + measurements(of: "proc/net/sockstat6", try files.textIfPresent("proc/net/sockstat6") ?? "")
    }

    // MARK: - Private

    /// Lines such as `TCP: inuse 13 orphan 0 tw 18 alloc 13 mem 373`.
    private func measurements(of source: String, _ text: String) throws(CollectionFailure) -> [Measurement] {
        var measurements: [Measurement] = []
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count >= 3, words.count % 2 == 1, words[0].hasSuffix(":") else { throw files.malformed(source, found: line) }
            let family = words[0].dropLast()
            for index in stride(from: 1, to: words.count, by: 2) {
                guard let value = Double(words[index + 1]) else { throw files.malformed(source, found: line) }
                measurements.append(
                    Measurement(
                        "node_sockstat_\(family)_\(words[index])", .gauge, help: "Sockets of \(family) in the state \(words[index]).",
                        value: value))
                if words[index] == "mem" {
                    measurements.append(
                        Measurement(
                            "node_sockstat_\(family)_mem_bytes", .gauge, help: "Memory of all sockets of \(family).",
                            value: value * pageSize))
                }
            }
        }
        return measurements
    }
}
