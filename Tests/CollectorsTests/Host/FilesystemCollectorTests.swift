import Glibc
import PostwatchModel
import Testing

@testable import Collectors

@Suite("The filesystem collector")
struct FilesystemCollectorTests {
    private let tree = TemporaryTree([
        "proc/1/mounts": """
        proc /proc proc rw,relatime 0 0
        tmpfs /dev/shm tmpfs rw 0 0
        /dev/vda / ext4 rw,relatime 0 0
        /dev/vda / ext4 rw,relatime 0 0
        /dev/vdb /var/my\\040mail xfs ro,nosuid 0 0
        server:/export /gone nfs4 rw 0 0
        overlay /merged overlay rw 0 0
        tmpfs /run tmpfs rw 0 0
        /dev/vdc /devices ext4 rw 0 0

        """,
        "var/my mail/": "", "merged/": "", "run/": "", "devices/": "",
    ])

    @Test("measures real file systems, each once, as the kernel tells their size")
    func sizes() throws {
        let metrics = try measure()
        var status = statvfs()
        #expect(statvfs(tree.root, &status) == 0)
        let root = "{device=\"/dev/vda\", fstype=\"ext4\", mountpoint=\"/\"}"
        #expect(metrics["node_filesystem_size_bytes\(root)"] == Double(status.f_blocks) * Double(status.f_frsize))
        #expect(metrics["node_filesystem_files\(root)"] == Double(status.f_files))
        #expect(metrics["node_filesystem_readonly\(root)"] == 0)
        #expect(metrics["node_filesystem_device_error\(root)"] == 0)
        #expect((metrics["node_filesystem_avail_bytes\(root)"] ?? -1) <= (metrics["node_filesystem_free_bytes\(root)"] ?? -2))
    }

    @Test("reads escaped mount points and the option ro")
    func readOnly() throws {
        #expect(
            try measure()["node_filesystem_readonly{device=\"/dev/vdb\", fstype=\"xfs\", mountpoint=\"/var/my mail\"}"] == 1)
    }

    @Test("reports one that does not answer as an error, without numbers")
    func deviceError() throws {
        let metrics = try measure()
        let labels = "{device=\"server:/export\", fstype=\"nfs4\", mountpoint=\"/gone\"}"
        #expect(metrics["node_filesystem_device_error\(labels)"] == 1)
        #expect(metrics["node_filesystem_size_bytes\(labels)"] == nil)
    }

    @Test("leaves pseudo file systems out")
    func pseudo() throws {
        let sizes = try measure().names(withPrefix: "node_filesystem_size_bytes")
        #expect(sizes.count == 4)
        #expect(!sizes.contains { $0.contains("/proc") || $0.contains("/dev/shm") || $0.contains("/merged") })
        #expect(sizes.contains { $0.contains("/devices") })
    }

    @Test("measures only the mount points that are asked for, whatever their type")
    func allowList() throws {
        #expect(
            try measure(["/merged", "/run", "/nowhere"]).names(withPrefix: "node_filesystem_size_bytes") == [
                "node_filesystem_size_bytes{device=\"overlay\", fstype=\"overlay\", mountpoint=\"/merged\"}",
                "node_filesystem_size_bytes{device=\"tmpfs\", fstype=\"tmpfs\", mountpoint=\"/run\"}",
            ])
    }

    @Test(
        "decodes the kernel's octal escapes and nothing else",
        arguments: [("a\\040b", "a b"), ("a\\134b", "a\\b"), ("\\303\\251", "é"), ("a\\04", "a\\04"), ("a\\999b", "a\\999b")])
    func escapes(field: String, mountPoint: String) {
        #expect(Mount(line: "d \(field) ext4 rw 0 0")?.mountPoint == mountPoint)
    }

    private func measure(_ mountPoints: [String] = []) throws -> Metrics {
        Metrics(
            try FilesystemCollector(files: HostFiles(root: tree.root), mountPoints: mountPoints).measure(at: Timestamp(milliseconds: 0)))
    }
}
