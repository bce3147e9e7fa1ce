import Foundation
import MailLogs
import PostwatchModel
import TestSupport

@testable import Collectors

/// A journal that a test writes by Debian's systemd-journal-remote: each entry is a connection that Postfix took, unless it says otherwise.
final class GrowingJournal {
    let directory = TestDirectory()
    /// How many entries of mail were written.
    private(set) var written = 0
    private var moments: UInt64 = 0

    private static let program = "/lib/systemd/systemd-journal-remote"

    var settings: JournalSettings { JournalSettings(directory: directory.path) }

    /// Appends entries to a file of the journal.
    func write(_ count: Int, to name: String = "system.journal") throws {
        try write((0..<count).map { _ in entry() }, to: name)
    }

    func write(_ entries: [[UInt8]], to name: String = "system.journal") throws {
        guard access(Self.program, X_OK) == 0 else {
            throw RealService.NotReady(
                description: "\(Self.program) is missing; testbed/install installs Debian's package systemd-journal-remote")
        }
        let exported = directory.path + "/entries.export"
        try Data(entries.flatMap { $0 }).write(to: URL(fileURLWithPath: exported))
        try ChildProcess.run(Self.program, ["--split-mode=none", "--seal=no", "-o", "\(directory.path)/\(name)", exported])
    }

    /// An entry in the export format of journals. A text with line ends or with bytes that are no text is written with its length.
    func entry(
        _ message: [UInt8]? = nil, identifier: String? = "postfix/smtpd", facility: Int? = 2, unit: String? = nil
    ) -> [UInt8] {
        moments += 1
        if message == nil { written += 1 }
        let message = message ?? Array("connect from client\(written).example.com[192.0.2.1]".utf8)
        var bytes: [UInt8] = []
        func add(_ name: String, _ value: String?) {
            if let value { bytes += Array("\(name)=\(value)\n".utf8) }
        }
        add("__REALTIME_TIMESTAMP", "\(1_767_225_600_000_000 + moments * 1000)")
        add("__MONOTONIC_TIMESTAMP", "\(moments * 1000)")
        add("_BOOT_ID", "0123456789abcdef0123456789abcdef")
        add("_HOSTNAME", "mx")
        add("SYSLOG_FACILITY", facility.map { "\($0)" })
        add("SYSLOG_IDENTIFIER", identifier)
        add("_SYSTEMD_UNIT", unit)
        bytes += Array("MESSAGE\n".utf8)
        withUnsafeBytes(of: UInt64(message.count).littleEndian) { bytes += $0 }
        return bytes + message + [10, 10]
    }

    func rename(_ name: String, to target: String) throws {
        try FileManager.default.moveItem(atPath: "\(directory.path)/\(name)", toPath: "\(directory.path)/\(target)")
    }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: "\(directory.path)/\(name)")
    }
}
