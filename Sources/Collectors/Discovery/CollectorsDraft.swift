import PostwatchModel

/// The section `collectors` that an agent may start from on a machine. Pure: a survey in, lines out.
public struct CollectorsDraft: Sendable {
    private let survey: HostSurvey
    private let services: [ServiceFinding]
    private let postfix: [PostfixFinding]
    /// What the machine probably is; `nil` when nothing speaks for anything.
    public let component: ComponentGuess?

    public init(_ survey: HostSurvey) {
        self.init(survey, kinds: Set(CollectorsConfiguration.serviceKinds.map { $0.kind }))
    }

    /// - Parameter kinds: What this version measures.
    init(_ survey: HostSurvey, kinds: Set<String>) {
        self.survey = survey
        services = ServiceFinding.all(in: survey, kinds: kinds)
        postfix = PostfixFinding.all(in: survey)
        var signs = Set(services.filter { $0.outcome != .isElsewhere }.map(\.sign.kind))
        if postfix.contains(where: { $0.process != nil }) { signs.insert("postfix") }
        component = ComponentGuess.guess(services: signs, survey: survey)
    }

    /// The lines of the section, its key included.
    public var lines: [String] {
        var lines = ["collectors:", "  host: {}                          # mount_points: [/, /var/mail] for these file systems alone"]
        lines += postfixLines + mailLogLines + processLines
        for kind in kinds(\.entry) { lines += serviceLines(kind) }
        let remarks = settingLines + otherLines
        return lines + (remarks.isEmpty ? [] : [""]) + remarks
    }

    // MARK: - Private

    private func kinds(_ isWanted: (ServiceFinding) -> ServiceFinding.Entry?) -> [String] {
        var seen: Set<String> = []
        return services.filter { isWanted($0) != nil }.map(\.sign.kind).filter { seen.insert($0).inserted }
    }

    private var postfixLines: [String] {
        let running = postfix.filter { $0.process != nil }
        guard !running.isEmpty else { return ["  postfix: []                       # none was found"] }
        return ["  # The agent must be root or a member of Postfix' setgid_group (postdrop).", "  postfix:"]
            + running.flatMap { instance in
                ["    - queue_directory: \(DraftText.scalar(instance.queueDirectory))"] + configurationLines(instance)
                    + (running.count > 1 ? ["      labels: {postfix: \(DraftText.scalar(instance.name))}"] : [])
            }
    }

    /// What is not as it usually is. Among several logs only one that the instance writes itself is certainly its own.
    private func configurationLines(_ instance: PostfixFinding) -> [String] {
        var lines: [String] = []
        if let directory = instance.configDirectory {
            if directory != PostfixSettings.usualConfigDirectory { lines.append("      config_directory: \(DraftText.scalar(directory))") }
        } else if instance.queueDirectory != PostfixSettings.usualQueueDirectory {
            lines.append(
                "      # Its main.cf was not found. If it is not in /etc/postfix: config_directory, for its processes and their limits.")
        }
        if mailLogs.count > 1, let log = instance.mailLog, mailLogs.contains(log) {
            lines.append("      mail_log: \(DraftText.scalar(log))")
        }
        return lines
    }

    private var mailLogs: [String] {
        let own = survey.postfixMainFiles.values.compactMap(PostfixMainFile.logFile)
        return (MailLogPlaces.usual + Set(own).subtracting(MailLogPlaces.usual).sorted()).filter { survey.files.contains($0) }
    }

    private var mailLogLines: [String] {
        let logs = mailLogs
        guard !logs.isEmpty else { return [] }
        return ["  # The agent's user must be allowed to read these: on Debian a member of the group adm.", "  mail_logs:"]
            + logs.flatMap { path in
                ["    - path: \(DraftText.scalar(path))"]
                    + (logs.count > 1 ? ["      labels: {mail_log: \(DraftText.scalar(path))}"] : [])
            }
    }

    private func serviceLines(_ kind: String) -> [String] {
        let found = services.compactMap { finding in finding.sign.kind == kind ? finding.entry.map { (finding, $0) } : nil }
        let names = found.map(\.1.name)
        // A port may be that of two addresses, a name that of two sockets.
        let isTelling = Set(names).count == names.count
        let access = found.first?.0.sign.access.map { ["  # \($0.prefix(1).uppercased())\($0.dropFirst())."] } ?? []
        return access + ["  \(kind):"]
            + found.flatMap { finding, entry in
                ["    - \(entry.key): \(DraftText.scalar(entry.value))    # process \(finding.process.number)"]
                    + (found.count > 1
                        ? ["      labels: {\(kind): \(DraftText.scalar(isTelling ? entry.name : entry.value))}"] : [])
            }
    }

    private var processLines: [String] {
        let groups = ProcessGroupDraft.all(services: services, postfix: postfix)
        return groups.isEmpty ? [] : ["  processes:"] + groups.map { "    - {name: \(DraftText.scalar($0.name)), match: {\($0.match)}}" }
    }

    /// What one more setting of a service would add.
    private var settingLines: [String] {
        services.flatMap { finding -> [String] in
            switch finding.outcome {
            case .lacksSetting(let entry):
                ["  # \(finding.title) would be measured with this in its own configuration:"]
                    + finding.sign.setting.map { "  #     \($0)" } + ["  # and this here:"] + example(finding.sign, entry)
            case .isHidden(let entry):
                ["  # \(finding.title) does not show where it listens. Usually it is measured with this:"] + example(finding.sign, entry)
            case .found, .isElsewhere, .isUnknown: []
            }
        }
    }

    private func example(_ sign: ServiceSign, _ entry: ServiceFinding.Entry) -> [String] {
        ["  #   \(sign.kind):", "  #     - \(entry.key): \(entry.value)"]
    }

    private var otherLines: [String] {
        let strangers = services.filter { $0.outcome == .isElsewhere }.map(\.title) + PostfixFinding.elsewhere(in: survey)
        let elsewhere = strangers.map {
            "  # \($0) runs in another network namespace, such as a container's: give an address of it that is reached from here."
        }
        let unknown = services.filter { $0.outcome == .isUnknown }.map { "  # \($0.title) is not measured by this version." }
        let idle = postfix.filter { $0.process == nil }.map {
            "  # Postfix' instance \(DraftText.comment($0.name)) (\(DraftText.comment($0.queueDirectory))) is configured and does not run."
        }
        let running = Set(services.map(\.sign.title))
        let installed = ServiceSign.all.filter { sign in
            !running.contains(sign.title) && sign.files.contains { survey.files.contains($0) }
        }.map(\.title)
        let asleep = installed.isEmpty ? [] : ["  # Installed, but not running: \(installed.joined(separator: ", "))."]
        let blind = survey.isPartial ? ["  # Not all processes told where they listen: postwatch init sees more as root."] : []
        return elsewhere + unknown + idle + asleep + blind
    }
}

extension ServiceFinding {
    /// The line of the entry that measures it.
    fileprivate var entry: Entry? {
        if case .found(let entry) = outcome { entry } else { nil }
    }

    fileprivate var title: String { "\(sign.title) (process \(process.number))" }
}
