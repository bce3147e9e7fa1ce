import PostwatchModel

/// How far a log was read: in which file, and up to which byte. A file that was renamed is found by its number, one that was copied by
/// its first bytes.
struct MailLogPosition: Hashable, Sendable {
    /// What a file begins with. A log only grows at its end, so these bytes change only when it is another log.
    struct Fingerprint: Hashable, Sendable {
        /// In bytes, no matter how long the file is.
        static let longest = 1024

        /// `0 ... longest`.
        var length = 0
        var hash: UInt64 = StableHash().value

        init() {}

        init(_ bytes: some Collection<UInt8>) {
            length = bytes.count
            hash = StableHash(bytes).value
        }

        init(length: Int, hash: UInt64) {
            self.length = length
            self.hash = hash
        }

        /// Whether it tells one log from another. Less than this is a time and a host, which two logs may share.
        var isTelling: Bool { length >= 32 }
    }

    /// The number of a file on this machine.
    struct File: Hashable, Sendable {
        let device: UInt64
        let inode: UInt64
    }

    var file: File
    /// The next line begins here, or goes on when `isInsideLongLine`.
    var offset: Int
    /// Whether the rest of a line that was too long is being passed over.
    var isInsideLongLine = false
    var fingerprint = Fingerprint()
    /// When the file was last written, in nanoseconds since 1970-01-01T00:00:00Z.
    var modified: Int64

    init(file: File, offset: Int, modified: Int64) {
        self.file = file
        self.offset = offset
        self.modified = modified
    }
}
