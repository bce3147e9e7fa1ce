import MailWire

/// By what a message is known that comes because of a probe.
enum ProbeTrace: Hashable, Sendable {
    /// It is the probe itself: its signed header is on it.
    case signedHeader
    /// It answers the probe: one of its headers names the probe's number, which proves itself.
    case answer

    /// What answers name the message by that they answer. Source: RFC 3834, sections 3.1.5 and 3.1.6.
    private static let answerFields = ["In-Reply-To", "References", "Subject"]

    /// The header fields that tell it.
    var fields: [String] {
        switch self {
        case .signedHeader: [ProbeMark.headerName]
        case .answer: Self.answerFields
        }
    }

    /// What a sentence calls it when it is missing.
    var proof: String {
        switch self {
        case .signedHeader: "its signed header \(ProbeMark.headerName)"
        case .answer: "its proof"
        }
    }

    /// What the message of one probe is found by.
    func search(for mark: ProbeMark) -> IMAPSearchKey { search(for: mark.id) }

    /// What all messages are found by that belong to a journey, and some others perhaps.
    func search(forAllOf journey: String, idPrefix: String) -> IMAPSearchKey {
        switch self {
        case .signedHeader: .header(ProbeMark.headerName, "\(journey);")
        case .answer: search(for: idPrefix)
        }
    }

    /// Whose message it is by its header; `nil` when it is none of this journey's.
    func mark(in header: MessageHeader, of journey: String, verifiedWith key: ProbeSigningKey) -> ProbeMark? {
        switch self {
        case .signedHeader:
            guard let mark = ProbeMark(header: header, verifiedWith: key), mark.journey == journey else { return nil }
            return mark
        case .answer:
            let words = Self.answerFields.flatMap { header.values(of: $0) }.flatMap { value in
                value.split { !$0.isHexDigit && $0 != "-" }
            }
            return words.lazy.compactMap { ProbeMark(provenID: String($0), journey: journey, verifiedWith: key) }.first
        }
    }

    // MARK: - Private

    private func search(for text: String) -> IMAPSearchKey {
        switch self {
        case .signedHeader: .header(ProbeMark.headerName, text)
        case .answer:
            .or(.or(.header("In-Reply-To", text), .header("References", text)), .header("Subject", text))
        }
    }
}
