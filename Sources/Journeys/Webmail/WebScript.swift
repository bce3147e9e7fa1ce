/// What a user does at a web site, as requests in order.
struct WebScript: Hashable, Sendable {
    /// Variables that every script has.
    static let givenVariables: Set<String> = [
        "url", "username", "password", "to", "from", "folder", "subject", "probe", "mark", "arrives",
    ]

    /// Sent with every request that has none of that name.
    var headers: [WebStep.Field] = []
    var steps: [WebStep]

    /// Behind the last step of the first phase that sends the password, with headers of all requests the first phase of all; behind the
    /// first step where none is known to send it: what follows may send and delete.
    var endOfLogin: Int {
        let isInHeaders = headers.contains { $0.value.variables.contains("password") }
        let first = isInHeaders ? steps.indices.first : steps.firstIndex { $0.variables.contains("password") }
        guard let first else { return min(1, steps.count) }
        return steps[first...].firstIndex { $0.phase != steps[first].phase } ?? steps.count
    }
}
