/// An entry of `processes` for a service that was found.
struct ProcessGroupDraft: Hashable, Sendable {
    let name: String
    /// What stands between the braces of `match`.
    let match: String

    static func all(services: [ServiceFinding], postfix: [PostfixFinding]) -> [ProcessGroupDraft] {
        let masters = postfix.filter { $0.process != nil }
        let mail = masters.map { instance in
            ProcessGroupDraft(
                name: masters.count > 1 ? instance.name : "postfix",
                match: units([instance.process]) ?? "pid_file: \(DraftText.scalar(instance.queueDirectory + "/pid/master.pid"))")
        }
        var seen: Set<Set<String>> = []
        let others = services.filter { seen.insert($0.sign.commands).inserted }.map { finding in
            // Also those in containers: what they use, they use of this machine.
            let own = services.filter { $0.sign.commands == finding.sign.commands }
            return ProcessGroupDraft(
                name: finding.sign.kind, match: units(own.map(\.process)) ?? pidFile(own) ?? commands(own.map(\.process.command)))
        }
        var names: Set<String> = []
        return (mail + others).filter { names.insert($0.name).inserted }
    }

    // MARK: - Private

    /// `nil` unless systemd runs all of them.
    private static func units(_ processes: [HostSurvey.Process?]) -> String? {
        let units = processes.compactMap { $0?.controlGroups.last { $0.hasSuffix(".service") && !$0.hasPrefix("user@") } }
        guard !units.isEmpty, units.count == processes.count else { return nil }
        return "unit: [\(Set(units).sorted().map(DraftText.scalar).joined(separator: ", "))]"
    }

    /// A service whose directory is known has the number of its first process there.
    private static func pidFile(_ findings: [ServiceFinding]) -> String? {
        findings.lazy.compactMap { finding in
            guard case .directory = finding.sign.place, case .found(let entry) = finding.outcome else { return nil }
            return "pid_file: \(DraftText.scalar(entry.value + "/master.pid"))"
        }.first
    }

    private static func commands(_ commands: [String]) -> String {
        "comm: [\(Set(commands).sorted().map(DraftText.scalar).joined(separator: ", "))]"
    }
}
