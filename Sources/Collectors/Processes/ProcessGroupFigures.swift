import PostwatchModel

/// What the processes of one group are at one moment.
struct ProcessGroupFigures: Hashable, Sendable {
    private var count = 0
    private var threads: UInt64 = 0
    private var residentBytes = 0.0
    private var virtualBytes = 0.0
    private var swappedBytes = 0.0
    private var states: [ProcessStatus.State: Int] = [:]
    private var oldestStartTicks: UInt64?
    private var openFiles = 0
    private var worstOpenFilesRatio = 0.0
    /// Of some process the open files may not be seen, so that there is no sum.
    private var hidesOpenFiles = false

    mutating func add(_ process: ProcessStatus, pageSize: Double) {
        count += 1
        threads += process.threads
        residentBytes += Double(process.residentPages) * pageSize
        virtualBytes += Double(process.virtualBytes)
        states[process.state, default: 0] += 1
        oldestStartTicks = min(oldestStartTicks ?? .max, process.id.startTicks)
    }

    mutating func add(swapped bytes: Double) {
        swappedBytes += bytes
    }

    mutating func add(_ files: ProcessFiles.OpenFiles, limit: Double?) {
        switch files {
        case .count(let number):
            openFiles += number
            if let limit, limit > 0 { worstOpenFilesRatio = max(worstOpenFilesRatio, Double(number) / limit) }
        case .hidden: hidesOpenFiles = true
        case .gone: break
        }
    }

    /// Under process-exporter's names.
    /// - Parameter bootSeconds: When the machine started, in seconds since 1970.
    func measurements(of group: String, used: ProcessLedger.Usage, bootSeconds: Double) -> [Measurement] {
        let labels: LabelSet = ["groupname": group]
        var measurements = [
            gauge("num_procs", "Processes of the group.", [(labels, Double(count))]),
            gauge("num_threads", "Threads of the group.", [(labels, Double(threads))]),
            Measurement(
                "namedprocess_namegroup_cpu_seconds_total", .counter,
                help: "Processor seconds that the group used since the agent started.",
                points: [
                    ("user", used.userTicks), ("system", used.systemTicks),
                ].map { point(labels, "mode", $0, Double($1) / CPUTimeLedger.ticksPerSecond) }),
            Measurement(
                "namedprocess_namegroup_major_page_faults_total", .counter,
                help: "Page faults of the group that had to read from a disk, since the agent started.",
                points: [Measurement.Point(labels: labels, value: Double(used.majorFaults))]),
            Measurement(
                "namedprocess_namegroup_memory_bytes", .gauge,
                help: "Memory of the group; what several processes share counts for each.",
                points: [("resident", residentBytes), ("virtual", virtualBytes), ("swapped", swappedBytes)].map {
                    point(labels, "memtype", $0, $1)
                }),
            Measurement(
                "namedprocess_namegroup_states", .gauge, help: "Processes of the group in each state.",
                points: ProcessStatus.State.allCases.map { point(labels, "state", $0.rawValue, Double(states[$0] ?? 0)) }),
        ]
        if !hidesOpenFiles {
            measurements += [
                gauge("open_filedesc", "Open files of the group.", [(labels, Double(openFiles))]),
                gauge(
                    "worst_fd_ratio", "Open files of that process that is nearest to its limit, as a share of the limit.",
                    [(labels, worstOpenFilesRatio)]),
            ]
        }
        if let oldestStartTicks {
            let seconds = bootSeconds + Double(oldestStartTicks) / CPUTimeLedger.ticksPerSecond
            measurements.append(
                gauge("oldest_start_time_seconds", "When its oldest process started, in seconds since 1970.", [(labels, seconds)]))
        }
        return measurements
    }

    // MARK: - Private

    private func gauge(_ name: String, _ help: String, _ points: [(LabelSet, Double)]) -> Measurement {
        Measurement(
            "namedprocess_namegroup_\(name)", .gauge, help: help, points: points.map { Measurement.Point(labels: $0, value: $1) })
    }

    private func point(_ labels: LabelSet, _ name: String, _ label: String, _ value: Double) -> Measurement.Point {
        Measurement.Point(labels: labels.merging([name: label]), value: value)
    }
}
