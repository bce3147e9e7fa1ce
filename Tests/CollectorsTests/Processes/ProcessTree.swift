import Foundation

/// A made-up `/proc` whose processes come, work and go.
final class ProcessTree {
    let files = TemporaryTree([
        "proc/uptime": "1000.00 1.00\n", "proc/stat": "cpu0 1 2 3 4 5 6 7 8\nbtime 1700000000\n",
    ])

    var root: String { files.root }

    func set(uptimeSeconds: Int) {
        files.write("proc/uptime", "\(uptimeSeconds).00 1.00\n")
    }

    /// - Parameters:
    ///   - ticks: Of user and system.
    ///   - start: Ticks after the start of the machine.
    func run(
        _ number: Int, _ command: String, parent: Int = 1, state: String = "S", ticks: (Int, Int) = (0, 0), start: Int = 500,
        executable: String? = nil, unit: String? = nil, openFiles: Int = 0
    ) {
        let line =
            "\(number) (\(command)) \(state) \(parent) 1 1 0 -1 4194560 10 0 3 0 \(ticks.0) \(ticks.1) 0 0 20 0 2 0 \(start) 8192 5 99 0\n"
        files.write("proc/\(number)/stat", line)
        files.write("proc/\(number)/status", "Name:\t\(command)\nVmSwap:\t       4 kB\n")
        files.write(
            "proc/\(number)/limits",
            "Limit   Soft Limit  Hard Limit  Units\nMax open files            10                   4096     files\n")
        files.write("proc/\(number)/cgroup", "0::/system.slice/\(unit ?? "other.service")\n")
        files.write("proc/\(number)/fd/", "")
        for descriptor in 0..<openFiles { files.write("proc/\(number)/fd/\(descriptor)", "") }
        if let executable {
            try? FileManager.default.createSymbolicLink(atPath: "\(root)/proc/\(number)/exe", withDestinationPath: executable)
        }
    }

    func end(_ number: Int) {
        try? FileManager.default.removeItem(atPath: "\(root)/proc/\(number)")
    }
}
