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
        do throws(DirectoryStream.Failure) {
            return try Self.numbers(in: DirectoryStream(path))
        } catch {
            throw .unreadable(path: path, reason: String(cString: strerror(error.number)))
        }
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

    /// What it was started with, without the program; `nil` when it ended.
    func arguments(of number: Int32) -> [Substring]? {
        (try? files.text("proc/\(number)/cmdline")).map { Array($0.split(separator: "\0").dropFirst()) }
    }

    /// Where it works; `nil` when that may not be seen.
    func workingDirectory(of number: Int32) -> String? { files.link("proc/\(number)/cwd") }

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
        do throws(DirectoryStream.Failure) {
            return .count(Self.numbers(in: try DirectoryStream(path)).count)
        } catch {
            return error.number == EACCES ? .hidden : .gone
        }
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
        do throws(DirectoryStream.Failure) {
            return Self.numbers(in: try DirectoryStream(files.path(path))).compactMap { files.link("\(path)/\($0)") }
        } catch {
            return error.number == EACCES ? nil : []
        }
    }

    // MARK: - Private

    private static let deleted = " (deleted)"
    private static let limitName = "Max open files"

    /// The names that are numbers.
    private static func numbers(in directory: DirectoryStream) -> [Int32] {
        var numbers: [Int32] = []
        while directory.next({ if let number = number($0.name) { numbers.append(number) } }) {}
        return numbers
    }

    /// The number that a name is; `nil` for other names.
    private static func number(_ name: UnsafeRawBufferPointer) -> Int32? {
        guard !name.isEmpty, name.count <= 9 else { return nil }
        var number: Int32 = 0
        for byte in name {
            guard (0x30...0x39).contains(byte) else { return nil }
            number = number * 10 + Int32(byte - 0x30)
        }
        return number
    }
}
