import Foundation

extension Directory {
    /// Writes a whole file, so that a crash leaves the old one or the new one. The caller syncs the directory if it must be the new one.
    package static func replace(_ path: String, with bytes: [UInt8]) throws(SystemError) {
        let draft = path + ".new"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw SystemError(errno, "create", draft) }
        do throws(SystemError) {
            try write(bytes, to: descriptor, path: draft)
            if fsync(descriptor) != 0 { throw SystemError(errno, "sync", draft) }
        } catch {
            close(descriptor)
            unlink(draft)
            throw error
        }
        close(descriptor)
        try rename(draft, to: path)
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress.map { $0 + written }, $0.count - written) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw SystemError(count == 0 ? ENOSPC : errno, "write", path) }
            written += count
        }
    }
}
