import Foundation
import TestSupport
import Testing

/// A small file system of its own: ext4 in a file, or in memory where the system mounts no files. Needs root.
///
/// Always unmounted; what a killed process left mounted is unmounted by the next run of the same test.
struct PrivateVolume {
    /// Where it is mounted.
    let path: String
    private var ballast: String { path + "/ballast" }

    /// Mounts a new volume, runs `body`, and unmounts it whatever happened.
    /// - Parameter name: one that no other test uses.
    static func with(megabytes: Int, name: String, _ body: (PrivateVolume) async throws -> Void) async throws {
        try #require(getuid() == 0, "this test needs root: it mounts a small file system, to fill it")
        let home = "/tmp/postwatch-volume-\(name)"
        let volume = PrivateVolume(path: home + "/volume")
        volume.unmount()
        try? FileManager.default.removeItem(atPath: home)
        try FileManager.default.createDirectory(atPath: volume.path, withIntermediateDirectories: true)
        try volume.mount(megabytes: megabytes, image: home + "/image")
        do {
            try await body(volume)
        } catch {
            volume.unmount()
            try? FileManager.default.removeItem(atPath: home)
            throw error
        }
        volume.unmount()
        try? FileManager.default.removeItem(atPath: home)
    }

    /// Bytes that may still be written.
    var freeBytes: Int {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return 0 }
        return Int(status.f_bavail) * Int(status.f_frsize)
    }

    /// Fills it with ballast up to the last block, or leaves about so many bytes.
    func fill(leaving rest: Int = 0) throws {
        let descriptor = open(ballast, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        try #require(descriptor >= 0, "ballast cannot be made: \(String(cString: strerror(errno)))")
        defer { close(descriptor) }
        let block = [UInt8](repeating: 0xB5, count: 4096)
        while freeBytes > rest {
            let written = write(descriptor, block, min(block.count, max(512, freeBytes - rest)))
            if written <= 0 { break }
            fsync(descriptor)
        }
    }

    /// Gives the space back.
    func removeBallast() {
        unlink(ballast)
        sync()
    }

    // MARK: - Private

    private func mount(megabytes: Int, image: String) throws {
        do {
            try ChildProcess.run("/usr/bin/truncate", ["-s", "\(megabytes)M", image])
            // Without space that only root may use: the server under test is root. Blocks of 4 kB, as every real file system has: on smaller
            // ones SQLite cannot keep the space of its shared memory, and a full disk ends the process.
            try ChildProcess.run("/sbin/mkfs.ext4", ["-q", "-b", "4096", "-m", "0", image])
            try ChildProcess.run("/bin/mount", ["-o", "loop", image, path])
        } catch {
            try ChildProcess.run("/bin/mount", ["-t", "tmpfs", "-o", "size=\(megabytes)m", "postwatch-test", path])
        }
    }

    private func unmount() {
        // Lazily when somebody still holds a file: the mount must not outlive the test.
        if (try? ChildProcess.run("/bin/umount", [path])) == nil { try? ChildProcess.run("/bin/umount", ["-l", path]) }
    }
}
