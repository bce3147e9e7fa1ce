import Foundation

/// A directory for one run, in memory where the system offers that: thousands of runs are about logic, not about a disk.
///
/// Its name begins with what it is for. One that is left behind by a process that died tells what it died of.
struct RunDirectory: Sendable {
    struct Unusable: Error {
        let path: String
        let code: Int32
    }

    let path: String

    init(for name: String) throws {
        let parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
        var template = Array("\(parent)/postwatch-\(name)-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Unusable(path: parent, code: errno) }
        path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    }

    /// What a process that is killed now would leave behind.
    func snapshot(for name: String) throws -> RunDirectory {
        let copy = try RunDirectory(for: name)
        for entry in try FileManager.default.contentsOfDirectory(atPath: path) where entry != "lock" {
            try FileManager.default.copyItem(atPath: "\(path)/\(entry)", toPath: "\(copy.path)/\(entry)")
        }
        return copy
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}
