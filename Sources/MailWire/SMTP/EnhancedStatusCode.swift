/// `5.1.1`: the reason behind a reply in a form that programs read. Source: RFC 3463, section 2.
public struct EnhancedStatusCode: Hashable, Sendable, CustomStringConvertible {
    /// 2, 4 or 5.
    public let category: Int
    /// 0…999.
    public let subject: Int
    /// 0…999.
    public let detail: Int

    public init?(category: Int, subject: Int, detail: Int) {
        guard [2, 4, 5].contains(category), (0...999).contains(subject), (0...999).contains(detail) else { return nil }
        self.category = category
        self.subject = subject
        self.detail = detail
    }

    /// Reads the first word of a reply's text; `nil` when it is not a status code.
    public init?(firstWordOf text: String) {
        let word = WireText.parts(text, at: " ", atMost: 2, omittingEmpty: false).first ?? ""
        let numbers = word.split(separator: ".", omittingEmptySubsequences: false)
        guard numbers.count == 3, numbers.allSatisfy({ (1...3).contains($0.count) && $0.allSatisfy { $0.isASCII && $0.isNumber } }),
            let category = Int(numbers[0]), let subject = Int(numbers[1]), let detail = Int(numbers[2])
        else { return nil }
        self.init(category: category, subject: subject, detail: detail)
    }

    public var description: String { "\(category).\(subject).\(detail)" }
}
