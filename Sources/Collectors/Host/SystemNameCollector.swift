import Glibc
import PostwatchModel

/// What the machine and its kernel are called. Source: uname(2).
struct SystemNameCollector: BlockingCollecting {
    let name = "uname"

    func measure(at moment: Timestamp) throws(CollectionFailure) -> [Measurement] {
        var system = utsname()
        guard uname(&system) == 0 else { throw .unreadable(path: "uname", reason: String(cString: strerror(errno))) }
        let labels: LabelSet = [
            "domainname": Self.text(system.__domainname), "machine": Self.text(system.machine), "nodename": Self.text(system.nodename),
            "release": Self.text(system.release), "sysname": Self.text(system.sysname), "version": Self.text(system.version),
        ]
        return [
            Measurement(
                "node_uname_info", .gauge, help: "Names and versions of the machine and its kernel; always 1.",
                points: [Measurement.Point(labels: labels, value: 1)])
        ]
    }

    /// C's fixed arrays arrive as tuples.
    private static func text(_ characters: some Any) -> String {
        withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
