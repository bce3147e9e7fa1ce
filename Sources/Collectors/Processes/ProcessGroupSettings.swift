import PostwatchModel

/// One service whose processes are measured together, an entry of `collectors.processes`:
///
/// ```yaml
/// processes:
///   - name: postfix
///     match: {pid_file: /var/spool/postfix/pid/master.pid}    # that process and all below it
///   - name: dovecot
///     match: {unit: [dovecot.service]}                        # of systemd, or any part of the cgroup's path
///   - name: redis
///     match: {comm: [redis-server], exe: [/usr/bin/]}         # all of the keys must hold
/// ```
///
/// A process counts in the first group that it fits.
public struct ProcessGroupSettings: Hashable, Sendable {
    /// The label `groupname`.
    public var name: String
    public var match: ProcessMatch

    public init(name: String, match: ProcessMatch) {
        self.name = name
        self.match = match
    }

    /// Reads one entry; notes all that is wrong with it there.
    init(_ section: ConfigurationSection) {
        name = section.requiredText("name", like: "postfix")
        match = section.section("match") { ProcessMatch($0) } ?? ProcessMatch()
        if !section.has("match") {
            section.report("match", found: "nothing", write: "which processes belong to it, such as {comm: [redis-server]}")
        }
    }

    /// The key `processes` of the section `collectors`.
    static func readAll(_ section: ConfigurationSection) -> [ProcessGroupSettings] {
        let groups = section.sections("processes") { ProcessGroupSettings($0) }
        if Set(groups.map(\.name)).count < groups.count {
            section.report("processes", found: "the same name twice", write: "each group once")
        }
        return groups
    }
}
