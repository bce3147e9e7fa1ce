/// One instance of Postfix on a machine.
struct PostfixFinding: Hashable, Sendable {
    let queueDirectory: String
    /// Where its `main.cf` lies; `nil` when none that was read is of this queue.
    let configDirectory: String?
    /// The log that it writes itself; `nil` when it leaves that to syslog.
    let mailLog: String?
    /// Tells it from others.
    let name: String
    /// Its `master`; `nil` when none runs for this queue.
    let process: HostSurvey.Process?

    /// Those that run and those that are configured.
    static func all(in survey: HostSurvey) -> [PostfixFinding] {
        var configured: [String: (directory: String, text: String)] = [:]
        for (directory, text) in survey.postfixMainFiles.sorted(by: { $0.key < $1.key }) {
            configured[PostfixMainFile.queueDirectory(text)] = (directory, text)
        }
        let names = configured.mapValues { PostfixMainFile.value(of: "multi_instance_name", in: $0.text) ?? lastPart($0.directory) }
        let masters = survey.processes.filter { isMaster($0) && !$0.isElsewhere }
        // A master holds a file in its queue locked, which tells more than any configuration; who may not see that takes the instances
        // that are configured for running.
        let seen = Dictionary(masters.compactMap { master in queue(of: master).map { ($0, master) } }) { first, _ in first }
        let hidden = masters.first { queue(of: $0) == nil }
        let queues = Set(seen.keys).union(names.keys).sorted { ($0 != usual, $0) < ($1 != usual, $1) }
        let called = queues.map { names[$0] ?? lastPart($0) }
        return zip(queues, called).map { queue, name in
            // Names that do not tell instances apart are no use.
            let isTelling = called.count { $0 == name } == 1
            return PostfixFinding(
                queueDirectory: queue, configDirectory: configured[queue]?.directory,
                mailLog: configured[queue].flatMap { PostfixMainFile.logFile($0.text) }, name: isTelling ? name : queue,
                process: seen[queue] ?? hidden)
        }
    }

    /// Instances whose files are probably not this machine's, by what they are called in a remark.
    static func elsewhere(in survey: HostSurvey) -> [String] {
        survey.processes.filter { isMaster($0) && $0.isElsewhere }.map { "Postfix (process \($0.number))" }
    }

    // MARK: - Private

    private static let usual = PostfixSettings.usualQueueDirectory

    private static let lockFile = "/pid/master.pid"

    private static func queue(of master: HostSurvey.Process) -> String? {
        master.processFiles.first { $0.hasSuffix(lockFile) }.map { String($0.dropLast(lockFile.count)) }
    }

    /// Cyrus has a `master` too.
    private static func isMaster(_ process: HostSurvey.Process) -> Bool {
        guard process.command == "master" else { return false }
        return process.program.map { $0.contains("postfix") } ?? true
    }

    private static func lastPart(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}

private func < (left: (Bool, String), right: (Bool, String)) -> Bool {
    left.0 == right.0 ? left.1 < right.1 : !left.0
}
