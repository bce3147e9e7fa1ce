/// What a user does at a web site, as requests in order.
struct WebScript: Hashable, Sendable {
    /// Variables that every script has.
    static let givenVariables: Set<String> = [
        "url", "username", "password", "to", "from", "folder", "subject", "probe", "mark", "arrives",
    ]

    /// Sent with every request that has none of that name.
    var headers: [WebStep.Field] = []
    var steps: [WebStep]

    /// Behind the last step of the phase that sends the password; all steps where none does.
    var endOfLogin: Int {
        guard let last = steps.lastIndex(where: { $0.variables.contains("password") }) else { return steps.count }
        return steps[last...].firstIndex { $0.phase != steps[last].phase } ?? steps.count
    }
}
