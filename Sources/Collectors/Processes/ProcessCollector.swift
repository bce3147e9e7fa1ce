import Glibc
import PostwatchModel
import Synchronization

/// What the processes of each service use, in one pass over `/proc`, under process-exporter's names.
///
/// Of every process one file is read, of those that belong to a group a few more.
final class ProcessCollector: BlockingCollecting {
    let name = "processes"
    private let groups: [ProcessGroupSettings]
    private let files: HostFiles
    private let processes: ProcessFiles
    private let pageSize = Double(sysconf(Int32(_SC_PAGESIZE)))
    private let state: Mutex<State>

    private struct State {
        var ledger: ProcessLedger
        var traits: [ProcessIdentity: ProcessTraits] = [:]
    }

    init(groups: [ProcessGroupSettings], files: HostFiles) {
        self.groups = groups
        self.files = files
        processes = ProcessFiles(files: files)
        state = Mutex(State(ledger: ProcessLedger(groupCount: groups.count)))
    }

    func measure(at moment: Timestamp) throws(CollectionFailure) -> [Measurement] {
        // Before the pass: a process that starts during it counts as new in the next round too, and is known by then.
        let now = try ticksSinceStart()
        let bootSeconds = try bootSeconds()
        let statuses = try statuses()
        let members = state.withLock { state in
            let members = self.members(among: statuses, knowing: &state.traits)
            state.ledger.enter(members, at: now)
            return members
        }
        let totals = state.withLock(\.ledger.totals)
        var figures = [ProcessGroupFigures](repeating: ProcessGroupFigures(), count: groups.count)
        for (group, process) in members {
            figures[group].add(process, pageSize: pageSize)
            figures[group].add(processes.openFiles(of: process.id.number), limit: processes.openFilesLimit(of: process.id.number))
            if let bytes = processes.swappedBytes(of: process.id.number) { figures[group].add(swapped: bytes) }
        }
        return Measurement.merged(
            groups.indices.flatMap { figures[$0].measurements(of: groups[$0].name, used: totals[$0], bootSeconds: bootSeconds) })
    }

    // MARK: - Private

    private func statuses() throws(CollectionFailure) -> [ProcessStatus] {
        var buffer = [UInt8](repeating: 0, count: 2_048)
        return try processes.numbers().compactMap { processes.status(of: $0, using: &buffer) }.filter { !$0.isOfKernel }
    }

    /// Each process with the first group that it fits.
    private func members(
        among statuses: [ProcessStatus], knowing traits: inout [ProcessIdentity: ProcessTraits]
    ) -> [(group: Int, process: ProcessStatus)] {
        let families = families(in: statuses)
        var kept: [ProcessIdentity: ProcessTraits] = [:]
        var members: [(group: Int, process: ProcessStatus)] = []
        for process in statuses {
            var own = traits[process.id].flatMap { $0.command == process.command ? $0 : nil }
            let group = groups.firstIndex { group in
                group.match.fits(process) {
                    families[$0] ?? []
                } traits: { question in
                    var known = own ?? ProcessTraits(command: process.command)
                    defer { own = known }
                    return known.answer(question) { ask($0, of: process.id.number) }
                }
            }
            if let own { kept[process.id] = own }
            if let group { members.append((group, process)) }
        }
        traits = kept
        return members
    }

    private func ask(_ question: ProcessTraits.Question, of number: Int32) -> [String] {
        switch question {
        case .executable: processes.executable(of: number).map { [$0] } ?? []
        case .controlGroups: processes.controlGroups(of: number)
        }
    }

    /// For each file with a process' number: that process and all its descendants. No file, or one of a process that ended: nobody.
    private func families(in statuses: [ProcessStatus]) -> [String: Set<Int32>] {
        let pidFiles = Set(groups.compactMap(\.match.pidFile))
        guard !pidFiles.isEmpty else { return [:] }
        let children = Dictionary(grouping: statuses, by: \.parent).mapValues { $0.map(\.id.number) }
        let living = Set(statuses.map(\.id.number))
        var families: [String: Set<Int32>] = [:]
        for path in pidFiles {
            // Postfix pads the number with blanks.
            guard let text = try? files.text(String(path.dropFirst())),
                let head = text.split(whereSeparator: \.isWhitespace).first.flatMap({ Int32($0) }), living.contains(head)
            else { continue }
            var family: Set<Int32> = []
            var next = [head]
            while let number = next.popLast() {
                if family.insert(number).inserted { next += children[number] ?? [] }
            }
            families[path] = family
        }
        return families
    }

    private func ticksSinceStart() throws(CollectionFailure) -> UInt64 {
        let source = "proc/uptime"
        let text = try files.text(source)
        guard let seconds = text.split(separator: " ").first.flatMap({ Double($0) }), (0..<1e12).contains(seconds) else {
            throw files.malformed(source, found: text)
        }
        return UInt64(seconds * CPUTimeLedger.ticksPerSecond)
    }

    private func bootSeconds() throws(CollectionFailure) -> Double {
        let source = "proc/stat"
        guard let line = try files.fields(source).first(where: { $0[0] == "btime" && $0.count == 2 }), let seconds = Double(line[1]) else {
            throw files.malformed(source, found: "no line btime")
        }
        return seconds
    }
}
