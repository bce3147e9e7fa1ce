import PostwatchModel

/// The message that one visit sends, and which messages are the visit's own, told by their subjects alone.
///
/// A webmail's search may find more than what it was asked for, and somebody may have answered a probe: whoever deletes must look at the
/// subject of each message. Visits may overlap, therefore none touches what another may still need.
struct WebProbe: Sendable {
    /// Whose messages are taken.
    enum Owner: String, Hashable, Sendable, CaseIterable {
        /// The one that this visit sends.
        case visit
        /// That one, and what earlier visits of the journey left behind, once none of them can be under way any more.
        case journey
    }

    /// What is in the subjects of all visits of this journey at this vantage: what to search for.
    let family: String
    let mark: ProbeMark
    private let setting: JourneySetting

    init(_ setting: JourneySetting) {
        self.setting = setting
        let journey = setting.configuration.name
        family = String(setting.signingKey.signature(of: "webmail;\(journey);\(setting.vantage)").prefix(16))
        mark = ProbeMark(
            provingItself: journey, idPrefix: family + "-", random: String(UInt32.random(in: .min ... .max), radix: 16),
            sentAt: setting.world.now(), signedWith: setting.signingKey)
    }

    var subject: String { Self.subjectStart + mark.id }

    /// Whether a message with this subject is one of the owner's. The whole subject must be that of a probe: an answer to one is not ours.
    func owns(_ subject: String, as owner: Owner) -> Bool {
        let subject = subject.unicodeScalars.split(whereSeparator: \.properties.isWhitespace).map(String.init).joined(separator: " ")
        if subject == self.subject { return true }
        guard owner == .journey, subject.hasPrefix(Self.subjectStart + family + "-"),
            let other = ProbeMark(
                provenID: String(subject.dropFirst(Self.subjectStart.count)), journey: mark.journey, verifiedWith: setting.signingKey)
        else { return false }
        return other.isLeftOver(at: setting.world.now(), timeout: setting.configuration.timeout)
    }

    // MARK: - Private

    private static let subjectStart = "Postwatch probe "
}
