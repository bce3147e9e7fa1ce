/// A status code such as `4.7.1`. Source: RFC 3463, section 2.
struct EnhancedCode: Hashable, Sendable {
    /// 2, 4 or 5; 0 when there is none.
    let kind: UInt8
    let subject: UInt16
    let detail: UInt16

    static let none = EnhancedCode(kind: 0, subject: 0, detail: 0)

    init(kind: UInt8, subject: UInt16, detail: UInt16) {
        self.kind = kind
        self.subject = subject
        self.detail = detail
    }

    /// The code at `index` of `text` and where it ends; `nil` when none stands there.
    @inline(__always)
    static func read(_ text: LogBytes, at index: Int) -> (code: EnhancedCode, end: Int)? {
        let kind = text[index] &- 48
        guard kind == 2 || kind == 4 || kind == 5, text[index + 1] == UInt8(ascii: "."), let subject = text.number(at: index + 2),
            subject.value < 1000, text[subject.end] == UInt8(ascii: "."), let detail = text.number(at: subject.end + 1), detail.value < 1000
        else { return nil }
        return (EnhancedCode(kind: kind, subject: UInt16(subject.value), detail: UInt16(detail.value)), detail.end)
    }
}
