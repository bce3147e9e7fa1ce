import PostwatchModel

/// Which rules a request wants to see, and how many groups at once.
struct RuleFilter: Sendable {
    /// What a request sees of all groups.
    struct Page: Sendable {
        var groups: [RuleGroupReport] = []
        /// Whether the alerts of the rules are left out.
        var excludesAlerts = false
        /// Names the first group that is left for the next request; `nil` at the end.
        var nextToken: String?
    }

    private enum Kind: String {
        case alert, record
    }

    private let kind: Kind?
    private let ruleNames: Set<String>
    private let groupNames: Set<String>
    private let files: Set<String>
    private let selectors: [[LabelMatcher]]
    private let excludesAlerts: Bool
    /// Groups of one page.
    private let groupLimit: Int?
    private let firstToken: String?

    /// Throws `APIFailure`.
    init(_ parameters: RequestParameters) throws {
        if let text = parameters.first("type")?.lowercased() {
            guard let kind = Kind(rawValue: text) else { throw APIFailure.invalid("type", "not supported value \"\(text)\"") }
            self.kind = kind
        } else {
            kind = nil
        }
        ruleNames = Set(parameters.all("rule_name[]"))
        groupNames = Set(parameters.all("rule_group[]"))
        files = Set(parameters.all("file[]"))
        selectors = try parameters.selectors()
        excludesAlerts = try parameters.flag("exclude_alerts")
        firstToken = parameters.first("group_next_token")
        if let text = parameters.first("group_limit") {
            guard let limit = Int(text) else { throw APIFailure.invalid("group_limit", "group_limit needs to be a valid number") }
            guard limit > 0 else { throw APIFailure.invalid("group_limit", "group_limit needs to be greater than 0") }
            groupLimit = limit
        } else {
            guard firstToken == nil else {
                throw APIFailure.invalid("group_limit", "group_limit needs to be set in order to use group_next_token")
            }
            groupLimit = nil
        }
    }

    /// Throws `APIFailure` when the group that a page should begin with is gone.
    func page(of groups: [RuleGroupReport]) throws -> Page {
        var rest = groups[...]
        if let firstToken {
            guard let first = groups.firstIndex(where: { Self.token(of: $0) == firstToken }) else {
                throw APIFailure.invalid(
                    "group_next_token", "invalid group_next_token '\(firstToken)'. were rule groups changed?")
            }
            rest = groups[first...]
        }
        var page = Page(excludesAlerts: excludesAlerts)
        for group in rest {
            guard let shown = shown(group) else { continue }
            if page.groups.count == groupLimit {
                page.nextToken = Self.token(of: group)
                break
            }
            page.groups.append(shown)
        }
        return page
    }

    // MARK: - Private

    private static func token(of group: RuleGroupReport) -> String {
        StableHash("\(group.file);\(group.name)".utf8).hexadecimal
    }

    /// What is to be seen of a group; `nil` when that is nothing.
    private func shown(_ group: RuleGroupReport) -> RuleGroupReport? {
        guard groupNames.isEmpty || groupNames.contains(group.name), files.isEmpty || files.contains(group.file) else { return nil }
        var shown = group
        shown.rules = group.rules.filter(isWanted)
        return shown.rules.isEmpty ? nil : shown
    }

    private func isWanted(_ rule: RuleReport) -> Bool {
        switch kind {
        case .alert where rule.alerting == nil, .record where rule.alerting != nil: return false
        case .alert, .record, nil: break
        }
        guard ruleNames.isEmpty || ruleNames.contains(rule.name) else { return false }
        return selectors.isEmpty || selectors.contains { $0.allSatisfy { $0.matches(rule.labels) } }
    }
}
