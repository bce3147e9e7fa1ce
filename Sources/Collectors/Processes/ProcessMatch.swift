import PostwatchModel

/// Which processes belong to a group. What is given must all hold; of a list, one of its elements.
public struct ProcessMatch: Hashable, Sendable {
    /// Names as `ps -o comm` shows them; the kernel keeps 15 bytes, so only so many are compared. Default: any.
    public var commands: [String]
    /// Paths of programs; one that ends in `/` stands for all below it. Root sees those of all processes, others only their own.
    /// Default: any.
    public var executables: [String]
    /// A file with the number of a process: it and all its descendants. Default: any.
    public var pidFile: String?
    /// Units of systemd, or other parts of the path of a cgroup, such as a container's. Default: any.
    public var units: [String]

    public init(commands: [String] = [], executables: [String] = [], pidFile: String? = nil, units: [String] = []) {
        self.commands = commands
        self.executables = executables
        self.pidFile = pidFile
        self.units = units
    }

    /// Reads the section `match`; notes all that is wrong with it there.
    init(_ section: ConfigurationSection) {
        commands = section.texts("comm")
        executables = section.texts("exe")
        pidFile = section.text("pid_file")
        units = section.texts("unit")
        for path in executables where !path.hasPrefix("/") {
            section.report("exe", found: "\"\(path)\"", write: "absolute paths such as /usr/bin/redis-server")
        }
        if let pidFile, !pidFile.hasPrefix("/") {
            section.report("pid_file", found: "\"\(pidFile)\"", write: "an absolute path such as /run/dovecot/master.pid")
        }
        if commands.isEmpty && executables.isEmpty && pidFile == nil && units.isEmpty {
            section.report("comm", found: "nothing", write: "comm, exe, pid_file or unit: which processes belong to the group")
        }
    }

    /// Cheap questions first: the others open files of each process.
    func fits(_ process: ProcessStatus, descendants: (String) -> Set<Int32>, traits: (ProcessTraits.Question) -> [String]) -> Bool {
        if !commands.isEmpty, !commands.contains(where: { Self.isCommand($0, process.command) }) { return false }
        if let pidFile, !descendants(pidFile).contains(process.id.number) { return false }
        if !executables.isEmpty {
            guard let program = traits(.executable).first else { return false }
            if !executables.contains(where: { $0.hasSuffix("/") ? program.hasPrefix($0) : program == $0 }) { return false }
        }
        return units.isEmpty || !Set(units).isDisjoint(with: traits(.controlGroups))
    }

    // MARK: - Private

    private static func isCommand(_ wanted: String, _ command: String) -> Bool {
        wanted == command
            || wanted.utf8.count > ProcessStatus.longestCommand && wanted.hasPrefix(command)
                && command.utf8.count == ProcessStatus.longestCommand
    }
}
