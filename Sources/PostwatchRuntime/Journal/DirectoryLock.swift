import Foundation

/// Holds a data directory against other processes for as long as it lives. The kernel lets go of it when the process dies.
package final class DirectoryLock: Sendable {
    package enum Failure: Error, Hashable, Sendable {
        /// By the process of this number, when it could be read.
        case held(by: Int?)
        case system(SystemError)
    }

    private let descriptor: Int32

    /// The directory must exist. Leaves a file `lock` in it, which holds the process number.
    package init(directory: String) throws(Failure) {
        let path = directory + "/lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw .system(SystemError(errno, "open", path)) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let text = try? Directory.read(20, at: 0, of: descriptor, path: path)
            // `deinit` closes the file: the lock is an object already, and to close it twice would close somebody else's.
            throw .held(by: text.flatMap { Int(String(decoding: $0, as: UTF8.self).filter(\.isNumber)) })
        }
        // Only for the error message of whoever comes second: a full disk must not keep the first one out.
        let text = "\(getpid())\n"
        if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, text, text.utf8.count, 0) }
    }

    deinit {
        Foundation.close(descriptor)
    }
}
