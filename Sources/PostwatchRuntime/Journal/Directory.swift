import Foundation

/// What a store does to its directory, over plain system calls: each throws the `errno` it got.
package enum Directory {
    /// Creates `path` and its parents, readable by this user and group only, and makes their names durable: what is synced inside a
    /// directory that a power cut takes away would be lost.
    package static func create(_ path: String) throws(SystemError) {
        var prefix = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            let parent = prefix.isEmpty ? "/" : prefix
            prefix += "/\(part)"
            if mkdir(prefix, 0o750) == 0 {
                try sync(parent)
            } else if errno != EEXIST {
                throw SystemError(errno, "create the directory", prefix)
            }
        }
    }

    /// The names of the entries, sorted; without `.` and `..`.
    package static func names(in path: String) throws(SystemError) -> [String] {
        guard let handle = opendir(path) else { throw SystemError(errno, "read the directory", path) }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: entry.pointee.d_name)) {
                    String(cString: $0)
                }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Makes created, renamed and removed names durable.
    package static func sync(_ path: String) throws(SystemError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError(errno, "open the directory", path) }
        defer { close(descriptor) }
        if fsync(descriptor) != 0 { throw SystemError(errno, "sync the directory", path) }
    }

    /// Removes a file; one that is already gone is fine.
    package static func remove(_ path: String) throws(SystemError) {
        if unlink(path) != 0 && errno != ENOENT { throw SystemError(errno, "remove", path) }
    }

    package static func rename(_ path: String, to target: String) throws(SystemError) {
        if Foundation.rename(path, target) != 0 { throw SystemError(errno, "rename", path) }
    }

    /// The whole file.
    package static func contents(of path: String) throws(SystemError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError(errno, "open", path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw SystemError(errno, "read", path) }
        return try read(Int(status.st_size), at: 0, of: descriptor, path: path)
    }

    /// Up to `count` bytes from `offset`; fewer when the file ends before.
    package static func read(_ count: Int, at offset: Int, of descriptor: Int32, path: String) throws(SystemError) -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = pread(descriptor, buffer.baseAddress.map { $0 + filled }, count - filled, off_t(offset + filled))
                if got < 0 && errno == EINTR { continue }
                if got < 0 { failure = errno }
                if got <= 0 { return }
                filled += got
            }
        }
        if failure != 0 { throw SystemError(failure, "read", path) }
        return bytes
    }
}
