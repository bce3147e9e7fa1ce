/// Why a text is not a template that can be read.
public struct TemplateFault: Error, Hashable, Sendable, CustomStringConvertible {
    public let found: String
    public let expected: String

    init(found: String, expected: String) {
        self.found = found
        self.expected = expected
    }

    public var description: String { "found \(found), expected \(expected)" }
}
