import Glibc

/// The entries of a directory, one after the other, however many there are. Closed when let go.
final class DirectoryStream {
    /// What could not be done, as `errno` tells it.
    struct Failure: Error, Hashable {
        let number: Int32

        var isMissing: Bool { number == ENOENT || number == ENOTDIR }
    }

    struct Entry {
        /// Good for the duration of the call.
        let name: UnsafeRawBufferPointer
        /// Which file it is; the directory knows that without a look at the file.
        let inode: UInt64
    }

    private let stream: OpaquePointer
    /// Of the directory, for names in it.
    let descriptor: Int32

    init(_ path: String) throws(Failure) {
        guard let stream = opendir(path) else { throw Failure(number: errno) }
        self.stream = stream
        descriptor = dirfd(stream)
    }

    deinit {
        closedir(stream)
    }

    /// Hands over the next entry. `false` at the end.
    func next(_ body: (Entry) -> Void) -> Bool {
        guard let entry = readdir(stream) else { return false }
        withUnsafePointer(to: &entry.pointee.d_name) { name in
            let length = strnlen(UnsafeRawPointer(name).assumingMemoryBound(to: CChar.self), 256)
            body(Entry(name: UnsafeRawBufferPointer(start: name, count: length), inode: UInt64(entry.pointee.d_ino)))
        }
        return true
    }

    /// All names but the dots, at most `limit`.
    func names(limit: Int) -> [String] {
        var names: [String] = []
        while names.count < limit, next({ names.append(String(decoding: $0.name, as: UTF8.self)) }) {}
        return names.filter { $0 != "." && $0 != ".." }
    }
}
