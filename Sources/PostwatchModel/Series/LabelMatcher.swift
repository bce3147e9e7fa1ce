/// A condition on one label of a series. An absent label counts as the empty string.
public struct LabelMatcher: Hashable, Sendable {
    public enum Operation: String, Hashable, Sendable {
        case equal = "="
        case notEqual = "!="
        /// The whole value matches the regular expression (RE2 syntax, anchored at both ends).
        case matches = "=~"
        case doesNotMatch = "!~"
    }

    public let name: String
    public let operation: Operation
    public let value: String
    private let pattern: AnchoredPattern?

    /// Throws `RegularExpression.Fault` when `value` is not a valid regular expression and the operation needs one.
    public init(_ name: String, _ operation: Operation, _ value: String) throws {
        self.name = name
        self.operation = operation
        self.value = value
        switch operation {
        case .equal, .notEqual: pattern = nil
        case .matches, .doesNotMatch: pattern = try AnchoredPattern(value)
        }
    }

    /// `name = value`, which cannot fail.
    public init(_ name: String, equals value: String) {
        self.name = name
        self.operation = .equal
        self.value = value
        self.pattern = nil
    }

    /// What the pattern can match; `nil` for operations without a pattern.
    public var patternScope: AnchoredPattern.Scope? { pattern?.scope }

    public func matches(_ candidate: String) -> Bool {
        switch operation {
        // By bytes: texts that only look alike are different.
        case .equal: candidate.utf8.elementsEqual(value.utf8)
        case .notEqual: !candidate.utf8.elementsEqual(value.utf8)
        case .matches: pattern?.matches(candidate) ?? false
        case .doesNotMatch: !(pattern?.matches(candidate) ?? false)
        }
    }

    public func matches(_ labels: LabelSet) -> Bool {
        matches(labels[name] ?? "")
    }

    public static func == (left: LabelMatcher, right: LabelMatcher) -> Bool {
        left.operation == right.operation && left.name.utf8.elementsEqual(right.name.utf8)
            && left.value.utf8.elementsEqual(right.value.utf8)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(operation)
        hasher.combine(value)
    }
}

extension LabelMatcher: CustomStringConvertible {
    public var description: String { "\(name)\(operation.rawValue)\"\(value)\"" }
}
