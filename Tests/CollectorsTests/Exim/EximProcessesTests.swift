import Foundation
import PostwatchModel
import Testing

@testable import Collectors

@Suite("The processes of Exim")
struct EximProcessesTests {
    private let processes = ProcessTree()

    @Test("are counted by what they do, those of another spool aside")
    func counts() throws {
        processes.files.write("proc/1/comm", "init\n")
        try run(70, "exim4", ["-bd", "-q30m"], in: "/var/spool/one")
        try run(71, "exim4", ["-bd", "-q30m"], parent: 70, in: "/var/spool/one")
        try run(72, "exim", ["-Mc", "1xXNWx-0007pp-1n"], parent: 70, in: "/var/spool/one/input")
        try run(73, "exim4", ["-bd"], in: "/var/spool/one-more")
        try run(74, "exim4", ["-qG"])
        try run(75, "bash", ["-bd"])
        // It ends just now.
        processes.run(76, "exim4")
        let counts = EximProcesses(HostFiles(root: processes.root), spoolDirectory: "/var/spool/one").counts
        #expect(counts == [.daemon: 1, .handling: 1, .delivering: 1, .running: 1, .other: 0])
    }

    @Test(
        "a daemon that is suspended takes connections and never greets", arguments: [("T", true), ("t", true), ("S", false), ("D", false)])
    func suspended(state: String, isSuspended: Bool) throws {
        processes.files.write("proc/1/comm", "init\n")
        try run(70, "exim4", ["-bd", "-q30m"], in: "/var/spool/one", state: state)
        let found = EximProcesses(HostFiles(root: processes.root), spoolDirectory: "/var/spool/one")
        #expect(found.isSuspended == isSuspended)
        #expect(found.counts?[.daemon] == 1)
    }

    @Test("are unknown where others are hidden")
    func hidden() throws {
        try run(70, "exim4", ["-bd"])
        let found = EximProcesses(HostFiles(root: processes.root), spoolDirectory: "/var/spool/one")
        #expect(found.counts == nil)
        #expect(found.measurements.isEmpty)
    }

    private func run(
        _ number: Int, _ command: String, _ arguments: [String], parent: Int = 1, in directory: String? = nil, state: String = "S"
    ) throws {
        processes.run(number, command, parent: parent, state: state)
        processes.files.write("proc/\(number)/cmdline", ([command] + arguments).map { $0 + "\0" }.joined())
        guard let directory else { return }
        try FileManager.default.createSymbolicLink(atPath: "\(processes.root)/proc/\(number)/cwd", withDestinationPath: directory)
    }
}
