import PostwatchModel

/// What clamd tells of its threads, its queue and its signatures. Source: clamd(8), "COMMANDS".
struct ClamAVCollector: BlockingCollecting, ServiceCollecting {
    static let serviceName = "clamd"

    let name: String
    let settings: ClamAVSettings
    let timeout: Duration
    let clock: any Clock<Duration>

    func measure(at moment: Timestamp) throws(CollectionFailure) -> [Measurement] {
        let version = ClamAVVersion(try answer(to: "VERSION"))
        let statistics = try answer(to: "STATS")
        guard let version, let status = Self.status(statistics) else {
            throw .malformed(source: "\(settings.address)", found: "\"\(statistics.prefix(60))\" in answer to STATS")
        }
        let figures = ServiceFigure.measurements(of: Self.figures, in: status)
        return ([up(true)] + version.measurements + figures).map { $0.labelled(settings.labels) }
    }

    /// The lines `THREADS: live 1  idle 0 max 12 idle-timeout 30` and `QUEUE: 0 items`; `nil` when they are not there.
    static func status(_ text: String) -> [String: Substring]? {
        var status: [String: Substring] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ")
            switch words.first {
            case "THREADS:":
                for (word, value) in zip(words.dropFirst(), words.dropFirst(2)) { status["\(word)"] = value }
            case "QUEUE:" where words.count >= 2: status["queue"] = words[1]
            default: break
            }
        }
        return status["live"] == nil || status["queue"] == nil ? nil : status
    }

    // MARK: - Private

    private static let figures = [
        ServiceFigure(key: "live", metric: "clamav_threads_live", kind: .gauge, help: "Threads that there are."),
        ServiceFigure(key: "idle", metric: "clamav_threads_idle", kind: .gauge, help: "Threads that wait for work."),
        ServiceFigure(key: "max", metric: "clamav_threads_max", kind: .gauge, help: "Threads that there may be."),
        ServiceFigure(key: "queue", metric: "clamav_queue_length", kind: .gauge, help: "Scans that wait for a thread."),
    ]

    /// clamd closes the connection behind its answer.
    private func answer(to command: String) throws(CollectionFailure) -> String {
        let connection = try ServiceConnection(settings.address, timeout: timeout / 2, clock: clock)
        try connection.send("n\(command)\n")
        return String(decoding: try connection.bytesToEnd(limit: 1 << 20), as: UTF8.self)
    }
}
