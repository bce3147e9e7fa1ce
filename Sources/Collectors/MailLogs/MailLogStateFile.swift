import Glibc
import PostwatchModel
import PostwatchRuntime

/// Where the state of one log lies in the agent's data directory: `mail-logs/mail.log-<16 digits>`, whose digits stand for the whole path
/// of the log.
struct MailLogStateFile: Hashable, Sendable {
    private let directory: String
    let path: String

    init(ofLog log: String, in dataDirectory: String) {
        directory = "\(dataDirectory)/mail-logs"
        let name = log.split(separator: "/").last.map(String.init) ?? ""
        path = "\(directory)/\(name.prefix(100))-\(StableHash(log.utf8).hexadecimal)"
    }

    /// `nil` when there is none.
    func contents() throws(SystemError) -> [UInt8]? {
        do throws(SystemError) {
            return try Directory.contents(of: path)
        } catch {
            if error.code == ENOENT { return nil }
            throw error
        }
    }

    /// A crash leaves the old state or the new one.
    func replace(with bytes: [UInt8]) throws(SystemError) {
        try Directory.create(directory)
        try Directory.replace(path, with: bytes)
    }

    /// Keeps a damaged state for whoever wants to know, out of the way.
    func setAside() throws(SystemError) {
        try Directory.rename(path, to: path + ".damaged")
    }
}
