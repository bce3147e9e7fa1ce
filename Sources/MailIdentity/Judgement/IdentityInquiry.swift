import MailWire

/// Looks answers up for one judgement, and notes which are missing. Belongs to one task.
final class IdentityInquiry {
    /// Names of one address that are looked at. Source: RFC 7208, section 5.5.
    private static let nameLimit = 10

    private let answers: [IdentityQuestion: IdentityAnswer]
    private(set) var missing: [IdentityQuestion] = []
    private(set) var unanswered: [String] = []

    init(_ answers: [IdentityQuestion: IdentityAnswer]) {
        self.answers = answers
    }

    /// `nil` when the answer is missing or there is none; which of both is noted.
    func answer(_ question: IdentityQuestion) -> IdentityAnswer? {
        switch answers[question] {
        case .none:
            if !missing.contains(question) { missing.append(question) }
            return nil
        case .failed(let reason):
            if !unanswered.contains(reason) { unanswered.append(reason) }
            return nil
        case .some(let answer): return answer
        }
    }

    /// The text of a policy, or why it cannot be had, which is a fault of the domain as much as a policy that is wrong.
    func policy(of domain: String) -> Result<String, RecordFault>? {
        let question = IdentityQuestion.policy(domain: domain)
        if case .failed(let reason) = answers[question] { return .failure(RecordFault(reason)) }
        guard case .policy(let text) = answer(question) else { return nil }
        return .success(text)
    }

    func records(of name: String, _ type: DNSType) -> [DNSRecord]? {
        guard case .records(let records, _, _) = answer(.records(name: name.lowercased(), type: type)) else { return nil }
        return records
    }

    func texts(of name: String) -> [String]? {
        records(of: name, .txt)?.compactMap { record in
            if case .text(let text) = record.content { return text }
            return nil
        }
    }

    /// The names in the PTR records of an address.
    func names(of address: InternetAddress) -> [String]? {
        records(of: address.reverseName, .ptr)?.prefix(Self.nameLimit).compactMap { record in
            if case .host(let name) = record.content { return name }
            return nil
        }
    }

    /// Those of them that have that address.
    func confirmedNames(of address: InternetAddress) -> [String]? {
        guard let names = names(of: address) else { return nil }
        var confirmed: [String] = []
        var isComplete = true
        for name in names {
            guard let records = records(of: name, address.isIPv4 ? .a : .aaaa) else {
                isComplete = false
                continue
            }
            if records.contains(where: { $0.content == .address(address) }) { confirmed.append(name) }
        }
        // One name that is confirmed is enough, whatever the others would be.
        return isComplete || !confirmed.isEmpty ? confirmed : nil
    }
}
