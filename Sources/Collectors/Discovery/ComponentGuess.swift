import PostwatchModel

/// What a machine probably does for the platform, by what runs on it.
public struct ComponentGuess: Hashable, Sendable {
    /// Also the name of a component, as good as any to begin with.
    public let role: Role
    /// What speaks for it; one sentence.
    public let reason: String
    public let alternatives: [Role]

    /// The first that fits: what users work with before what helps it, since a mail server often has a cache and a resolver of its own.
    static func guess(services: Set<String>, survey: HostSurvey) -> ComponentGuess? {
        let ports = Set(survey.listeners.filter(\.isPublic).map(\.port))
        let commands = Set(survey.processes.filter { !$0.isElsewhere }.map(\.command))
        return rules.lazy.compactMap { rule in
            let signs = services.union(commands).intersection(rule.signs)
            guard let sign = signs.min(), rule.ports.isEmpty || !ports.isDisjoint(with: rule.ports) else { return nil }
            let listens = ports.intersection(rule.ports).sorted().map(String.init).joined(separator: ", ")
            let reason = "\(sign) runs here" + (listens.isEmpty ? "" : ", and somebody listens on port \(listens)")
            return ComponentGuess(role: rule.role, reason: reason, alternatives: rule.alternatives)
        }.first
    }

    // MARK: - Private

    private struct Rule: Sendable {
        let role: Role
        /// Kinds of services, or names of processes; one is enough.
        let signs: Set<String>
        /// One of these must be open to other machines; empty: none need be.
        var ports: Set<Int> = []
        var alternatives: [Role] = []
    }

    private static let rules = [
        Rule(role: .imapProxy, signs: ["haproxy", "nginx"], ports: [143, 993, 110, 995], alternatives: [.mailstore, .webmail]),
        Rule(role: .mailstore, signs: ["dovecot", "cyrus"], alternatives: [.imapProxy, .submission]),
        Rule(role: .mx, signs: ["postfix", "exim"], ports: [25], alternatives: [.router, .outbound, .submission]),
        Rule(role: .submission, signs: ["postfix", "exim"], ports: [465, 587], alternatives: [.outbound]),
        Rule(role: .filter, signs: ["rspamd", "clamav"], alternatives: [.mx]),
        Rule(role: .outbound, signs: ["postfix", "exim"], alternatives: [.router, .submission, .webmail]),
        Rule(role: .webmail, signs: ["nginx", "apache2", "httpd"], alternatives: [.admin, .calendar, .contacts]),
        Rule(role: .database, signs: ["postgresql", "mysql"], alternatives: []),
        Rule(role: .cache, signs: ["redis", "memcached"], alternatives: []),
        Rule(role: .dns, signs: ["unbound", "bind", "knot"], alternatives: []),
    ]
}
