import Foundation
import PostwatchModel

/// A value inside a template.
enum TemplateValue: Hashable, Sendable {
    case number(Double)
    case text(String)
    case truth(Bool)
    case labels(LabelSet)

    /// What `if` makes of it: false are 0, an empty text and no labels.
    var isTrue: Bool {
        switch self {
        case .number(let number): number != 0
        case .text(let text): !text.isEmpty
        case .truth(let truth): truth
        case .labels(let labels): !labels.isEmpty
        }
    }

    /// As Go prints it by itself.
    var printed: String {
        switch self {
        case .number(let number): Self.goText(number)
        case .text(let text): text
        case .truth(let truth): truth ? "true" : "false"
        case .labels(let labels): "map[" + labels.labels.map { "\($0.name):\($0.value)" }.joined(separator: " ") + "]"
        }
    }

    /// A number, or a text that reads as one.
    var number: Double? {
        switch self {
        case .number(let number): number
        case .text(let text): Double(text)
        case .truth, .labels: nil
        }
    }

    /// The shortest digits, with an exponent below 1e-4 and from 1e6 on, as Go's `%v`.
    private static func goText(_ number: Double) -> String {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number < 0 ? "-Inf" : "+Inf" }
        if number == 0 { return number.sign == .minus ? "-0" : "0" }
        for digits in 0...17 {
            let text = String(format: "%.\(digits)e", number)
            if Double(text) == number {
                let exponent = Int(text.split(separator: "e").last ?? "0") ?? 0
                return exponent < -4 || exponent >= 6 ? text : String(format: "%.\(max(0, digits - exponent))f", number)
            }
        }
        return String(number)
    }
}
