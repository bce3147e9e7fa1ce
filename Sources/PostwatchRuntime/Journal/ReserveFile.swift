import Foundation

/// A file of nothing that keeps space on the disk: given up when the disk is full, so that what matters most can still be written.
package struct ReserveFile: Sendable {
    /// It is only made while there is so many times more than it takes.
    private static let plenty = 4

    private let path: String
    private let bytes: Int

    /// - Parameter bytes: how much it keeps. Default: 1 MiB.
    package init(path: String, bytes: Int = 1 << 20) {
        self.path = path
        self.bytes = bytes
    }

    /// Makes the file unless it is there. Does nothing when the disk has little space: then nothing is left to be reserved.
    package func keep() {
        guard access(path, F_OK) != 0 else { return }
        let directory = (path as NSString).deletingLastPathComponent
        guard let free = Directory.freeBytes(at: directory), free >= Self.plenty * bytes else { return }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        if posix_fallocate(descriptor, 0, off_t(bytes)) != 0 { unlink(path) }
    }

    /// Gives the space up. False when that was done before.
    package func release() -> Bool {
        unlink(path) == 0
    }
}
