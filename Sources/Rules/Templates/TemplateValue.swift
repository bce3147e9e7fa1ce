import Foundation
import PostwatchModel
import PromQL

/// A value inside a template.
indirect enum TemplateValue: Hashable, Sendable {
    /// Go's `nil`; also a key of `args` that is not there.
    case none
    case number(Double)
    case histogram(NativeHistogram)
    /// A whole number written in the template. Go compares it with whole numbers only.
    case integer(Int)
    case text(String)
    case truth(Bool)
    case labels(LabelSet)
    /// What `args` makes.
    case arguments([String: TemplateValue])
    /// What `query` yields.
    case list([TemplateValue])
    case sample(TemplateSample)
    /// Seconds since the epoch, of `toTime`.
    case moment(Double)
    /// Seconds, of `toDuration`.
    case duration(Double)
    /// What a rule's template starts with as its dot.
    case data

    /// What `if` makes of it: false are 0, and everything empty.
    var isTrue: Bool {
        switch self {
        case .none: false
        case .number(let number): number != 0
        case .integer(let number): number != 0
        case .text(let text): !text.isEmpty
        case .truth(let truth): truth
        case .labels(let labels): !labels.isEmpty
        case .arguments(let arguments): !arguments.isEmpty
        case .list(let elements): !elements.isEmpty
        case .histogram, .sample, .moment, .duration, .data: true
        }
    }

    /// As Go prints it by itself.
    var printed: String {
        switch self {
        case .none: "<no value>"
        case .number(let number): GoNumber.text(number)
        case .histogram(let histogram): histogram.text
        case .integer(let number): String(number)
        case .text(let text): text
        case .truth(let truth): truth ? "true" : "false"
        case .labels(let labels): Self.map(labels.labels.map { ($0.name, $0.value) })
        case .arguments(let arguments): Self.map(arguments.sorted { $0.key < $1.key }.map { ($0.key, $0.value.printed) })
        case .list(let elements): "[" + elements.map(\.printed).joined(separator: " ") + "]"
        case .sample(let sample): "{\(Self.map(sample.labels.labels.map { ($0.name, $0.value) })) \(GoNumber.text(sample.value))}"
        case .moment(let seconds): Humanized.timestamp(seconds)
        case .duration(let seconds): GoNumber.duration(seconds)
        case .data: "{}"
        }
    }

    /// A number, or a text that reads as one.
    var number: Double? {
        switch self {
        case .number(let number), .duration(let number): number
        case .integer(let number): Double(number)
        case .text(let text): Double(text)
        case .none, .histogram, .truth, .labels, .arguments, .list, .sample, .moment, .data: nil
        }
    }

    /// Whether `print` puts no blank beside it.
    var isText: Bool {
        if case .text = self { true } else { false }
    }

    private static func map(_ pairs: [(String, String)]) -> String {
        "map[" + pairs.map { "\($0):\($1)" }.joined(separator: " ") + "]"
    }
}
