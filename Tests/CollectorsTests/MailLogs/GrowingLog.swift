import Foundation
import MailLogs
import PostwatchModel
import TestSupport

@testable import Collectors

/// A log that a test writes and rotates: each line is a connection that Postfix took, so lines can be counted.
final class GrowingLog {
    let directory = TestDirectory()
    /// How many whole lines were written.
    private(set) var written = 0

    var path: String { directory.path + "/mail.log" }

    func line() -> String {
        written += 1
        return "2026-01-01T00:00:00.000000+00:00 mx postfix/smtpd[7]: connect from client\(written).example.com[192.0.2.1]\n"
    }

    /// Appends lines, as a server does that has the file open, or opens it now.
    func write(_ count: Int, to name: String = "mail.log") throws {
        try append((0..<count).map { _ in line() }.joined(), to: name)
    }

    func append(_ text: String, to name: String = "mail.log") throws {
        let path = "\(directory.path)/\(name)"
        if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(fileURLWithPath: path)) }
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
    }

    func rename(_ name: String = "mail.log", to target: String = "mail.log.1") throws {
        try FileManager.default.moveItem(atPath: "\(directory.path)/\(name)", toPath: "\(directory.path)/\(target)")
    }

    func copy(to target: String = "mail.log.1") throws {
        try FileManager.default.copyItem(atPath: path, toPath: "\(directory.path)/\(target)")
    }

    func remove(_ name: String = "mail.log") throws {
        try FileManager.default.removeItem(atPath: "\(directory.path)/\(name)")
    }

    func truncate() throws {
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try handle.truncate(atOffset: 0)
        try handle.close()
    }
}

/// Reads a log, and can be stopped and begun again from what it knew.
struct LogReading {
    var file: MailLogFile
    var account = MailLogAccount(calendar: LogCalendar(reference: 1_767_225_600))
    private(set) var notices: [MailLogNotice] = []
    /// How often the log was looked at.
    private(set) var looks = 0

    init(_ log: GrowingLog, from: MailLogSettings.Beginning = .start) {
        file = MailLogFile(path: log.path, from: from)
    }

    /// All that is there now.
    mutating func readAll() throws {
        while true {
            looks += 1
            switch try file.advance(&account, tell: { notices.append($0) }) {
            case .took, .moved: continue
            case .waits, .isMissing: return
            }
        }
    }

    /// The agent ends here and starts again.
    mutating func restart() throws {
        let state = try MailLogState(decoding: MailLogState(position: file.position, account: account.encoded()).encoded())
        account = try MailLogAccount(decoding: state.account, calendar: account.calendar)
        file = MailLogFile(path: file.path, from: .start, position: state.position)
    }

    var lines: Int { account.lineCount }
    /// Lines that were taken whole.
    var understood: Int { account.understoodLineCount }
}
