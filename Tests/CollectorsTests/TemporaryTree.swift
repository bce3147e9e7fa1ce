import Foundation
import Glibc

/// A directory with files, removed when the value goes away.
final class TemporaryTree {
    let root: String

    /// `files`: relative path → content. Directories are made as needed; a path that ends in `/` is an empty directory.
    init(_ files: [String: String] = [:]) {
        var template = Array("/tmp/pw.XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil, "no temporary directory")
        root = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        for (path, content) in files { write(path, content) }
    }

    func write(_ path: String, _ content: String) {
        var directory = root
        for part in path.split(separator: "/").dropLast(path.hasSuffix("/") ? 0 : 1) {
            directory += "/\(part)"
            mkdir(directory, 0o755)
        }
        guard !path.hasSuffix("/"), let file = fopen("\(root)/\(path)", "w") else { return }
        let bytes = Array(content.utf8)
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: root)
    }
}
