/// One service that runs on a machine, and what an agent can do about it.
struct ServiceFinding: Hashable, Sendable {
    enum Outcome: Hashable, Sendable {
        /// It is measured by an entry with this line.
        case found(Entry)
        /// It would be, with this line, once its own configuration is changed.
        case lacksSetting(Entry)
        /// It does not show where it is; usually there.
        case isHidden(Entry)
        /// Its addresses are not this machine's.
        case isElsewhere
        /// This version has no collector for it.
        case isUnknown
    }

    /// The line of an entry that says where the service is.
    struct Entry: Hashable, Sendable {
        let key: String
        let value: String

        /// What tells this instance from others: a port, or a name.
        var name: String {
            guard let last = value.split(separator: "/").last else { return value }
            return last.split(separator: ":").last.map(String.init) ?? String(last)
        }
    }

    let sign: ServiceSign
    /// The first process of the service.
    let process: HostSurvey.Process
    let outcome: Outcome

    /// All services of the table that run, each place once.
    /// - Parameter kinds: What this version measures.
    static func all(in survey: HostSurvey, kinds: Set<String>) -> [ServiceFinding] {
        ServiceSign.all.flatMap { sign in
            var known: Set<Outcome> = []
            return heads(of: sign, in: survey).map { head in
                ServiceFinding(
                    sign: sign, process: head.process,
                    outcome: !kinds.contains(sign.kind) ? .isUnknown : head.process.isElsewhere ? .isElsewhere : sign.outcome(for: head))
            }.filter { known.insert($0.outcome).inserted }
        }
    }

    // MARK: - Private

    /// The processes of the service that none of its own has started, with all that they and their own listen on.
    private static func heads(of sign: ServiceSign, in survey: HostSurvey) -> [ServiceSign.Head] {
        let members = survey.processes.filter { sign.commands.contains($0.command) }
        let parents = Dictionary(members.map { ($0.number, $0.parent) }) { first, _ in first }
        func head(of number: Int32) -> Int32 {
            var number = number
            // At most as many steps as there are processes, whatever numbers a survey has.
            for _ in members {
                guard let parent = parents[number], parents[parent] != nil else { break }
                number = parent
            }
            return number
        }
        let families = Dictionary(grouping: members) { head(of: $0.number) }
        return members.filter { head(of: $0.number) == $0.number }.map { process in
            let family = families[process.number] ?? []
            var head = ServiceSign.Head(
                process: process, listeners: family.flatMap(\.listeners), sockets: family.flatMap(\.sockets))
            if survey.isPartial, head.listeners.isEmpty, head.sockets.isEmpty {
                head.isHidden = true
                head.listeners = survey.listeners.filter { sign.usualPorts.contains($0.port) }
                head.sockets = sign.usualSockets.filter { survey.sockets.contains($0) }
            }
            return head
        }
    }
}
