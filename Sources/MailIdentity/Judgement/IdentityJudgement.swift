/// All that can be said of an identity by the answers that are there.
public struct IdentityJudgement: Hashable, Sendable {
    /// In the order of the subjects. What depends on a missing answer is not among them.
    public internal(set) var verdicts: [IdentityVerdict] = []
    /// What must still be asked; empty when the judgement is final.
    public internal(set) var missing: [IdentityQuestion] = []
    /// Questions that found no answer, and why, as sentences: what depends on them is not judged.
    public internal(set) var unanswered: [String] = []
    /// The policy that counts for the domain; `nil` when there is none that is understood.
    public internal(set) var dmarc: DMARCRecord?
    public internal(set) var mtaSTS: MTASTSPolicy?
}
