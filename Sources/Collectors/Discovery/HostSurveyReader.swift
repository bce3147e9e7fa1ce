import Glibc

/// Looks at a machine: its processes, what they listen on, and which files it has. Changes nothing and asks no service.
public struct HostSurveyReader: Sendable {
    private let files: HostFiles
    private let processes: ProcessFiles

    /// - Parameter root: `/`, or a directory with a tree of `proc/…` for tests.
    public init(root: String = "/") {
        files = HostFiles(root: root)
        processes = ProcessFiles(files: files)
    }

    /// Throws when there is no `/proc`.
    public func read() throws(CollectionFailure) -> HostSurvey {
        var survey = HostSurvey()
        survey.hostName =
            (try files.textIfPresent("proc/sys/kernel/hostname"))?.split(separator: "\n").first.map(String.init) ?? "localhost"
        let table = socketTable()
        survey.listeners = table.listeners.values.sorted { ($0.port, $0.host) < ($1.port, $1.host) }
        survey.sockets = Set(table.sockets.values).sorted()
        let ownNetwork = files.link("proc/self/ns/net")
        var buffer = [UInt8](repeating: 0, count: 2_048)
        for number in try processes.numbers().sorted() {
            guard let status = processes.status(of: number, using: &buffer), !status.isOfKernel else { continue }
            var process = HostSurvey.Process(number: number, parent: status.parent, command: status.command)
            process.program = processes.executable(of: number)
            process.directory = files.link("proc/\(number)/cwd")
            process.controlGroups = processes.controlGroups(of: number)
            if let network = files.link("proc/\(number)/ns/net"), let ownNetwork { process.isElsewhere = network != ownNetwork }
            if let descriptors = processes.descriptors(of: number) {
                note(descriptors, of: &process, table)
            } else {
                survey.isPartial = true
            }
            survey.processes.append(process)
        }
        survey.postfixMainFiles = postfixMainFiles()
        let wanted =
            ServiceSign.all.flatMap(\.files) + MailLogPlaces.usual + survey.postfixMainFiles.values.compactMap(PostfixMainFile.logFile)
        survey.files = Set(wanted.filter { access(files.path(String($0.dropFirst())), F_OK) == 0 })
        return survey
    }

    // MARK: - Private

    private func note(_ descriptors: [String], of process: inout HostSurvey.Process, _ table: ListeningSocketTable) {
        let inodes = descriptors.compactMap { $0.hasPrefix("socket:[") ? UInt64($0.dropFirst(8).dropLast()) : nil }
        process.listeners = inodes.compactMap { table.listeners[$0] }.sorted { ($0.port, $0.host) < ($1.port, $1.host) }
        process.sockets = inodes.compactMap { table.sockets[$0] }.sorted()
        process.processFiles = descriptors.filter { $0.hasPrefix("/") && $0.hasSuffix(".pid") }.sorted()
    }

    private func socketTable() -> ListeningSocketTable {
        var table = ListeningSocketTable()
        for name in ["tcp", "tcp6"] { table.addInternet((try? files.text("proc/net/\(name)")) ?? "") }
        table.addLocal((try? files.text("proc/net/unix")) ?? "")
        return table
    }

    /// The usual instance, and those that it names.
    private func postfixMainFiles() -> [String: String] {
        var texts: [String: String] = [:]
        func read(_ directory: String) -> String? {
            guard directory.hasPrefix("/"), let text = try? files.text(String(directory.dropFirst()) + "/main.cf") else { return nil }
            texts[directory] = text
            return text
        }
        guard let first = read(PostfixMainFile.usualDirectory) else { return [:] }
        for directory in PostfixMainFile.otherDirectories(first) { _ = read(directory) }
        return texts
    }
}
