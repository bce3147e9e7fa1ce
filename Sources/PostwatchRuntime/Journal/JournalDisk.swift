import Foundation

/// The system calls on which durability rests, so that tests can let a disk fill up or fail.
package struct JournalDisk: Sendable {
    /// As `write(2)`.
    package var write: @Sendable (Int32, UnsafeRawBufferPointer) -> Int
    /// As `fdatasync(2)`.
    package var sync: @Sendable (Int32) -> Int32
    /// As `ftruncate(2)`.
    package var truncate: @Sendable (Int32, Int) -> Int32

    /// - Parameter truncate: default: the system's.
    package init(
        write: @escaping @Sendable (Int32, UnsafeRawBufferPointer) -> Int, sync: @escaping @Sendable (Int32) -> Int32,
        truncate: @escaping @Sendable (Int32, Int) -> Int32 = { ftruncate($0, off_t($1)) }
    ) {
        self.write = write
        self.sync = sync
        self.truncate = truncate
    }

    package static let live = JournalDisk(
        write: { Foundation.write($0, $1.baseAddress, $1.count) },
        sync: { fdatasync($0) }
    )

    // MARK: Until it is done or has failed

    func write(_ buffer: [UInt8], to descriptor: Int32, path: String) throws(SystemError) {
        var written = 0
        while written < buffer.count {
            let count = buffer.withUnsafeBytes { write(descriptor, UnsafeRawBufferPointer(rebasing: $0[written...])) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw SystemError(count == 0 ? ENOSPC : errno, "write", path) }
            written += count
        }
    }

    func sync(_ descriptor: Int32, path: String) throws(SystemError) {
        while sync(descriptor) != 0 {
            if errno != EINTR { throw SystemError(errno, "sync", path) }
        }
    }

    /// Returns once it is certain that the file ends after `bytes`, over a power cut too.
    func cut(_ descriptor: Int32, to bytes: Int, path: String) throws(SystemError) {
        while truncate(descriptor, bytes) != 0 {
            if errno != EINTR { throw SystemError(errno, "truncate", path) }
        }
        try sync(descriptor, path: path)
    }
}
