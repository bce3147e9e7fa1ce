import Glibc

/// The names in a directory, one after the other, however many there are. Closed when let go.
final class DirectoryStream {
    /// What could not be done, as `errno` tells it.
    struct Failure: Error, Hashable {
        let number: Int32

        var isMissing: Bool { number == ENOENT || number == ENOTDIR }
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

    /// Hands over the next name, good for the duration of the call. `false` at the end.
    func next(_ body: (UnsafeRawBufferPointer) -> Void) -> Bool {
        guard let entry = readdir(stream) else { return false }
        withUnsafePointer(to: &entry.pointee.d_name) { name in
            body(UnsafeRawBufferPointer(start: name, count: strnlen(UnsafeRawPointer(name).assumingMemoryBound(to: CChar.self), 256)))
        }
        return true
    }

    /// All names but the dots, at most `limit`.
    func names(limit: Int) -> [String] {
        var names: [String] = []
        while names.count < limit, next({ names.append(String(decoding: $0, as: UTF8.self)) }) {}
        return names.filter { $0 != "." && $0 != ".." }
    }
}
