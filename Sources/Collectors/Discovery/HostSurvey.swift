import PostwatchModel

/// What runs, listens and lies on a machine, as far as it tells what an agent could measure there. Facts only.
public struct HostSurvey: Hashable, Sendable {
    /// A TCP port on which somebody listens.
    public struct Listener: Hashable, Sendable {
        /// An IP address; `0.0.0.0` and `::` stand for all of the machine's.
        public let host: String
        public let port: Int

        public init(host: String, port: Int) {
            self.host = host
            self.port = port
        }
    }

    /// One process, those of the kernel left out.
    public struct Process: Hashable, Sendable {
        public let number: Int32
        public let parent: Int32
        /// As `ps -o comm` shows it.
        public let command: String
        /// The path of its program; `nil` when it may not be seen.
        public var program: String?
        /// Where it works; `nil` when that may not be seen.
        public var directory: String?
        /// The parts of the paths of its cgroups.
        public var controlGroups: [String] = []
        /// Where it listens itself; empty also when that may not be seen.
        public var listeners: [Listener] = []
        /// Absolute paths of unix sockets that it listens on; empty also when they may not be seen.
        public var sockets: [String] = []
        /// Absolute paths of files with the number of a process that it holds open; empty also when they may not be seen.
        public var processFiles: [String] = []
        /// It runs in another network namespace, such as a container's: its ports are not this machine's.
        public var isElsewhere = false

        public init(number: Int32, parent: Int32, command: String) {
            self.number = number
            self.parent = parent
            self.command = command
        }
    }

    public var hostName = "localhost"
    public var processes: [Process] = []
    /// Where anybody listens.
    public var listeners: [Listener] = []
    /// Absolute paths of unix sockets on which anybody listens.
    public var sockets: [String] = []
    /// Those of `ServiceSign`'s files and of the usual logs that are there.
    public var files: Set<String> = []
    /// The text of `main.cf` by the directory that it lies in, for every instance of Postfix.
    public var postfixMainFiles: [String: String] = [:]
    /// Processes of other users would not tell where they listen: whoever looked was not root.
    public var isPartial = false

    public init() {}
}
