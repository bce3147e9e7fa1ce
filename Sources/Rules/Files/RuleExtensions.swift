import PostwatchModel
import PromQL

/// What Prometheus' rule format has no key for, written as annotations that begin with `postwatch_`.
struct RuleExtensions {
    static let missingKey = "postwatch_missing"
    static let recoverKey = "postwatch_recover"
    static let forgetKey = "postwatch_forget"
    private static let prefix = "postwatch_"

    var missing = MissingData.resolve
    /// The condition under which a firing alert is over.
    var recovery: PromQLQuery?
    var removal = RemovalPolicy.standard

    /// Notes faults under `annotations`.
    init(reading section: ConfigurationSection) {
        for (name, text) in section.textMap("annotations").sorted(by: { $0.key < $1.key }) where name.hasPrefix(Self.prefix) {
            switch name {
            case Self.missingKey: readMissing(text, section)
            case Self.recoverKey: readRecovery(text, section)
            case Self.forgetKey: readRemoval(text, section)
            default:
                section.report(
                    "annotations", found: "the unknown \(name)",
                    write: "\(Self.missingKey), \(Self.recoverKey), \(Self.forgetKey), or a name without \(Self.prefix)")
            }
        }
    }

    // MARK: - Private

    private mutating func readMissing(_ text: String, _ section: ConfigurationSection) {
        guard let policy = MissingData(rawValue: text) else {
            section.report(
                "annotations", found: "\"\(text)\" in \(Self.missingKey)",
                write: "one of " + MissingData.allCases.map(\.rawValue).joined(separator: ", "))
            return
        }
        missing = policy
    }

    private mutating func readRemoval(_ text: String, _ section: ConfigurationSection) {
        guard let policy = RemovalPolicy(annotation: text) else {
            section.report("annotations", found: "\"\(text)\" in \(Self.forgetKey)", write: "a duration such as 1d, or never")
            return
        }
        removal = policy
    }

    private mutating func readRecovery(_ text: String, _ section: ConfigurationSection) {
        do {
            let query = try PromQLQuery(text)
            if query.type == .instantVector {
                recovery = query
            } else {
                section.report(
                    "annotations", found: "a \(query.type.rawValue) in \(Self.recoverKey)",
                    write: "a condition that yields an instant vector")
            }
        } catch {
            section.report(
                "annotations", found: "\(error.found) at \(error.line):\(error.column) of \(Self.recoverKey)", write: error.expected)
        }
    }
}
