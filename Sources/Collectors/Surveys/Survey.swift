/// What a survey brought: figures for machines, findings for people.
struct Survey: Hashable, Sendable {
    var measurements: [Measurement] = []
    /// What is wrong and what to do, one sentence each, in a stable order and wording: a finding that stays is told once.
    var findings: [String] = []
    /// Whether everything could be looked at. If not, it is tried again soon.
    var isComplete = true
}
