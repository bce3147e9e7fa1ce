import MailWire

@testable import MailIdentity

/// What name servers, web servers and mail exchangers say in a test.
struct Zone {
    /// `example.test TXT` → contents as zone files have them, without quotes.
    var records: [String: [String]] = [:]
    var failing: Set<String> = []
    var aliases: Set<String> = []
    var isSigned = true
    var policy: String?
    var chain: [IdentityCertificate] = []

    subscript(_ question: IdentityQuestion) -> IdentityAnswer {
        switch question {
        case .policy: policy.map { .policy($0) } ?? .failed("the page is answered with HTTP status 404")
        case .certificates(let host): chain.isEmpty ? .failed("\(host) is silent") : .certificates(chain)
        case .records(let name, let type):
            failing.contains("\(name) \(type)")
                ? .failed("the name server failed for \(name)")
                : .records(
                    (records["\(name) \(type)"] ?? []).map { DNSRecord(name: name, type: type, content: Self.content($0, type)) },
                    isAlias: aliases.contains(name), isAuthenticated: isSigned)
        }
    }

    /// Asks until nothing is missing, as a survey does.
    func judgement(of identity: MailIdentity) -> IdentityJudgement {
        let judge = IdentityJudge(identity)
        var answers: [IdentityQuestion: IdentityAnswer] = [:]
        var judgement = judge.judgement(by: answers)
        while !judgement.missing.isEmpty {
            for question in judgement.missing { answers[question] = self[question] }
            judgement = judge.judgement(by: answers)
        }
        return judgement
    }

    /// What SPF says of an address, and how many lookups its record costs.
    func spf(_ address: String, for domain: String = "example.test") -> (outcome: SPFEvaluation.Outcome, count: Int?)? {
        guard let address = InternetAddress(address) else { return nil }
        var answers: [IdentityQuestion: IdentityAnswer] = [:]
        while true {
            let inquiry = IdentityInquiry(answers)
            var evaluation = SPFEvaluation(inquiry, address: address, sender: domain)
            let outcome = evaluation.outcome()
            let count = evaluation.lookupCount()
            if inquiry.missing.isEmpty { return (outcome, count) }
            for question in inquiry.missing { answers[question] = self[question] }
        }
    }

    private static func content(_ text: String, _ type: DNSType) -> DNSRecord.Content {
        let words = text.split(separator: " ")
        switch type {
        case .a, .aaaa: return InternetAddress(text).map { .address($0) } ?? .text(text)
        case .mx: return .exchanger(preference: Int(words[0]) ?? 0, host: words.count > 1 && words[1] != "." ? String(words[1]) : "")
        case .ptr: return .host(text)
        case .tlsa:
            let numbers = words.prefix(3).map { UInt8($0) ?? 255 }
            return .association(usage: numbers[0], selector: numbers[1], matching: numbers[2], data: bytes(words[3]))
        default: return .text(text)
        }
    }

    private static func bytes(_ hex: Substring) -> [UInt8] {
        let digits = hex.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
    }
}
