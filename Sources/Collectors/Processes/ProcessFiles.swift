import Glibc

/// The files of `/proc/<pid>`. A process may end while it is looked at: then there is no answer, which is no failure. Source: proc(5).
struct ProcessFiles: Sendable {
    /// How many files a process holds open.
    enum OpenFiles: Hashable, Sendable {
        case count(Int)
        /// Another user's process, and the agent is not root.
        case hidden
        /// The process has ended.
        case gone
    }

    let files: HostFiles
    /// Since Linux 6.2 the size of the directory `fd` is the number of its entries, which nobody has to list then.
    private let hasCountedDescriptors: Bool

    init(files: HostFiles) {
        self.files = files
        var status = stat()
        hasCountedDescriptors = files.root == "/" && stat("/proc/self/fd", &status) == 0 && status.st_size > 0
    }

    /// The numbers of all processes.
    func numbers() throws(CollectionFailure) -> [Int32] {
        let path = files.path("proc")
        guard let directory = opendir(path) else { throw .unreadable(path: path, reason: String(cString: strerror(errno))) }
        defer { closedir(directory) }
        var numbers: [Int32] = []
        while let entry = readdir(directory) {
            if let number = Self.number(&entry.pointee.d_name.0) { numbers.append(number) }
        }
        return numbers
    }

    /// The line of `stat`.
    /// - Parameter buffer: Room for it, so that thousands of processes need it once.
    func status(of number: Int32, using buffer: inout [UInt8]) -> ProcessStatus? {
        let descriptor = open(files.path("proc/\(number)/stat"), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let count = read(descriptor, &buffer, buffer.count)
        return count > 0 ? ProcessStatus(buffer[..<count]) : nil
    }

    /// The path of the program that it runs, also when that was replaced since.
    func executable(of number: Int32) -> String? {
        guard let target = files.link("proc/\(number)/exe") else { return nil }
        return target.hasSuffix(Self.deleted) ? String(target.dropLast(Self.deleted.count)) : target
    }

    /// The parts of the paths of all its cgroups: `system.slice`, `postfix.service`.
    func controlGroups(of number: Int32) -> [String] {
        let text = (try? files.text("proc/\(number)/cgroup")) ?? ""
        return text.split(separator: "\n").flatMap { line in
            line.split(separator: ":", maxSplits: 2).last.map { $0.split(separator: "/").map(String.init) } ?? []
        }
    }

    func openFiles(of number: Int32) -> OpenFiles {
        let path = files.path("proc/\(number)/fd")
        if hasCountedDescriptors {
            var status = stat()
            if stat(path, &status) == 0 { return .count(Int(status.st_size)) }
        }
        guard let directory = opendir(path) else { return errno == EACCES ? .hidden : .gone }
        defer { closedir(directory) }
        var count = 0
        while let entry = readdir(directory) {
            if Self.number(&entry.pointee.d_name.0) != nil { count += 1 }
        }
        return .count(count)
    }

    /// How many files it may hold open; `nil` when it ended, or any number.
    func openFilesLimit(of number: Int32) -> Double? {
        guard let text = try? files.text("proc/\(number)/limits"),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix(Self.limitName) })
        else { return nil }
        return line.dropFirst(Self.limitName.count).split(separator: " ").first.flatMap { Double($0) }
    }

    /// Bytes that lie in swap; `nil` when it ended.
    func swappedBytes(of number: Int32) -> Double? {
        guard let text = try? files.text("proc/\(number)/status"),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmSwap:") })
        else { return nil }
        return line.split { $0 == " " || $0 == "\t" }.dropFirst().first.flatMap { Double($0) }.map { $0 * 1024 }
    }

    /// What its descriptors stand for, as the kernel writes it: `socket:[123]`, or a path; `nil` when they may not be seen.
    func descriptors(of number: Int32) -> [String]? {
        let path = "proc/\(number)/fd"
        guard let directory = opendir(files.path(path)) else { return errno == EACCES ? nil : [] }
        defer { closedir(directory) }
        var targets: [String] = []
        while let entry = readdir(directory) {
            guard let descriptor = Self.number(&entry.pointee.d_name.0) else { continue }
            if let target = files.link("\(path)/\(descriptor)") { targets.append(target) }
        }
        return targets
    }

    // MARK: - Private

    private static let deleted = " (deleted)"
    private static let limitName = "Max open files"

    /// The number that a name is; `nil` for other names.
    private static func number(_ name: UnsafePointer<CChar>) -> Int32? {
        var number: Int32 = 0
        var position = 0
        while name[position] != 0 {
            guard (48...57).contains(name[position]), position < 9 else { return nil }
            number = number * 10 + Int32(name[position] - 48)
            position += 1
        }
        return position == 0 ? nil : number
    }
}
