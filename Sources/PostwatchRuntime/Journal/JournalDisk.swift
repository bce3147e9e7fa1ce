import Foundation

/// The two system calls on which durability rests, so that tests can let a disk fill up or fail.
package struct JournalDisk: Sendable {
    /// As `write(2)`.
    package var write: @Sendable (Int32, UnsafeRawBufferPointer) -> Int
    /// As `fdatasync(2)`.
    package var sync: @Sendable (Int32) -> Int32

    package init(
        write: @escaping @Sendable (Int32, UnsafeRawBufferPointer) -> Int, sync: @escaping @Sendable (Int32) -> Int32
    ) {
        self.write = write
        self.sync = sync
    }

    package static let live = JournalDisk(
        write: { Foundation.write($0, $1.baseAddress, $1.count) },
        sync: { fdatasync($0) }
    )
}
