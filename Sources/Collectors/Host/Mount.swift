/// One mounted file system, a line of `/proc/1/mounts`. Source: fstab(5), proc(5).
struct Mount: Hashable, Sendable {
    let device: String
    let mountPoint: String
    let type: String
    let isReadOnly: Bool

    /// `nil` when the line has fewer than four fields.
    init?(line: some StringProtocol) {
        let fields = line.split(separator: " ")
        guard fields.count >= 4 else { return nil }
        device = Self.unescaped(fields[0])
        mountPoint = Self.unescaped(fields[1])
        type = String(fields[2])
        isReadOnly = fields[3].split(separator: ",").contains("ro")
    }

    /// Whether this is memory of the kernel, a part of another mount or a medium, of which nobody wants to know how full it is.
    var isPseudo: Bool {
        Self.pseudoTypes.contains(type) || Self.pseudoRoots.contains { mountPoint == $0 || mountPoint.hasPrefix($0 + "/") }
            || Self.pseudoParents.contains { mountPoint.hasPrefix($0) }
    }

    // MARK: - Private

    private static let pseudoTypes: Set<String> = [
        "autofs", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devpts", "devtmpfs", "erofs", "fusectl", "hugetlbfs",
        "iso9660", "mqueue", "nsfs", "overlay", "proc", "procfs", "pstore", "rpc_pipefs", "securityfs", "selinuxfs", "squashfs", "sysfs",
        "tracefs",
    ]
    private static let pseudoRoots = ["/dev", "/proc", "/sys"]
    private static let pseudoParents = ["/run/credentials/", "/var/lib/docker/", "/var/lib/containers/storage/"]

    /// The kernel writes space, tab, newline and backslash as a backslash and three octal digits.
    private static func unescaped(_ field: some StringProtocol) -> String {
        var bytes: [UInt8] = []
        var rest = Array(field.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            if byte == UInt8(ascii: "\\"), digits.count == 3, let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 8) {
                bytes.append(code)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
