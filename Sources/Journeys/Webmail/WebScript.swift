/// What a user does at a web site, as requests in order.
struct WebScript: Hashable, Sendable {
    /// Variables that every script has.
    static let givenVariables: Set<String> = [
        "url", "username", "password", "to", "from", "folder", "subject", "probe", "mark", "arrives",
    ]

    /// Sent with every request that has none of that name.
    var headers: [WebStep.Field] = []
    var steps: [WebStep]
}
