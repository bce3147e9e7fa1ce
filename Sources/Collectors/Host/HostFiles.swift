import Glibc
import PostwatchModel

/// The files by which the kernel tells about itself, below a root that tests may move.
struct HostFiles: Sendable {
    /// `/`, or a directory that holds a tree such as `proc/stat`.
    let root: String

    init(root: String = "/") {
        self.root = root.hasSuffix("/") ? root : root + "/"
    }

    /// The path on this machine of `name`, which is relative to the root: `proc/stat`.
    func path(_ name: String) -> String { root + name }

    /// The whole content of a file. The kernel writes these anew on each read, so there is no size to trust beforehand.
    func text(_ name: String) throws(CollectionFailure) -> String {
        let path = path(name)
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable(path: path, reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = read(descriptor, &piece, piece.count)
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .unreadable(path: path, reason: String(cString: strerror(errno))) }
            bytes += piece[..<count]
        }
    }

    /// The lines of a file, each split at white space; empty lines are left out.
    func fields(_ name: String) throws(CollectionFailure) -> [[Substring]] {
        try text(name).split(separator: "\n").map { $0.split { $0 == " " || $0 == "\t" } }.filter { !$0.isEmpty }
    }

    /// The content of a file that older kernels, or kernels without the feature, do not have: then `nil`.
    func textIfPresent(_ name: String) throws(CollectionFailure) -> String? {
        guard access(path(name), R_OK) == 0 else { return nil }
        return try text(name)
    }

    /// Where a symbolic link points to; `nil` when there is none, or it may not be seen.
    func link(_ name: String) -> String? {
        var target = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path(name), &target, target.count)
        return count > 0 ? String(decoding: target[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
    }

    /// Whether processes of other users are there to be seen: `/proc` may be mounted with `hidepid`.
    var showProcesses: Bool { access(path("proc/1/comm"), R_OK) == 0 }

    func malformed(_ name: String, found: some StringProtocol) -> CollectionFailure {
        .malformed(source: path(name), found: "\"\(found.prefix(60))\"")
    }
}
