import Foundation

extension Directory {
    /// What the file system of `path` has left for us; `nil` when it does not say.
    package static func freeBytes(at path: String) -> Int? {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        return Int(status.f_bavail) * Int(status.f_frsize)
    }
}
