import Foundation
import PostwatchModel

/// The functions that templates may call.
/// Source: Prometheus documentation, "Template reference"; Go documentation, `text/template`, "Functions".
enum TemplateFunction: String, Hashable, Sendable, CaseIterable {
    case humanize, humanize1024, humanizeDuration, humanizePercentage, humanizeTimestamp
    case title, toUpper, toLower
    case printf, print, index
    case eq, ne, lt, le, gt, ge, and, or, not

    /// Why a call failed while a template was filled in.
    struct Failure: Error, Hashable, Sendable {
        let reason: String
    }

    static var allNames: String { allCases.map(\.rawValue).joined(separator: ", ") }

    func apply(_ arguments: [TemplateValue]) throws(Failure) -> TemplateValue {
        switch self {
        case .humanize: .text(Humanized.number(try number(arguments)))
        case .humanize1024: .text(Humanized.binary(try number(arguments)))
        case .humanizeDuration: .text(Humanized.duration(try number(arguments)))
        case .humanizePercentage: .text(Humanized.percentage(try number(arguments)))
        case .humanizeTimestamp: .text(Humanized.timestamp(try number(arguments)))
        case .title: .text(Self.title(try only(arguments).printed))
        case .toUpper: .text(try only(arguments).printed.uppercased())
        case .toLower: .text(try only(arguments).printed.lowercased())
        case .print: .text(arguments.map(\.printed).joined())
        case .printf: .text(try PrintfFormat(try first(arguments).printed).fill(Array(arguments.dropFirst())))
        case .index: try index(arguments)
        case .eq: .truth(try compare(arguments) { $0 == 0 })
        case .ne: .truth(try compare(arguments) { $0 != 0 })
        case .lt: .truth(try compare(arguments) { $0 < 0 })
        case .le: .truth(try compare(arguments) { $0 <= 0 })
        case .gt: .truth(try compare(arguments) { $0 > 0 })
        case .ge: .truth(try compare(arguments) { $0 >= 0 })
        case .and: try deciding(arguments, isTrue: false)
        case .or: try deciding(arguments, isTrue: true)
        case .not: .truth(!(try only(arguments).isTrue))
        }
    }

    // MARK: - Private

    private func only(_ arguments: [TemplateValue]) throws(Failure) -> TemplateValue {
        guard arguments.count == 1 else { throw wrongCount(arguments, "1") }
        return arguments[0]
    }

    private func first(_ arguments: [TemplateValue]) throws(Failure) -> TemplateValue {
        guard let first = arguments.first else { throw wrongCount(arguments, "at least 1") }
        return first
    }

    /// The first argument of that truth, else the last.
    private func deciding(_ arguments: [TemplateValue], isTrue: Bool) throws(Failure) -> TemplateValue {
        guard let last = arguments.last else { throw wrongCount(arguments, "at least 1") }
        return arguments.first { $0.isTrue == isTrue } ?? last
    }

    private func number(_ arguments: [TemplateValue]) throws(Failure) -> Double {
        let value = try only(arguments)
        guard let number = value.number else { throw Failure(reason: "\(rawValue) of \"\(value.printed)\", which is not a number") }
        return number
    }

    private func index(_ arguments: [TemplateValue]) throws(Failure) -> TemplateValue {
        guard arguments.count == 2 else { throw wrongCount(arguments, "2") }
        guard case .labels(let labels) = arguments[0] else { throw Failure(reason: "index of something that is not labels") }
        return .text(labels[arguments[1].printed] ?? "")
    }

    /// Numbers as numbers, everything else as text; `test` gets -1, 0 or 1.
    private func compare(_ arguments: [TemplateValue], _ test: (Int) -> Bool) throws(Failure) -> Bool {
        guard arguments.count == 2 else { throw wrongCount(arguments, "2") }
        switch (arguments[0], arguments[1]) {
        case (.number(let left), .number(let right)):
            // Nothing holds for NaN but that it differs.
            if left.isNaN || right.isNaN { return self == .ne }
            return test(left < right ? -1 : left > right ? 1 : 0)
        case (.text(let left), .text(let right)): return test(left < right ? -1 : left > right ? 1 : 0)
        case (.truth(let left), .truth(let right)): return test(left == right ? 0 : 1)
        default: throw Failure(reason: "\(rawValue) of values of different kinds")
        }
    }

    private func wrongCount(_ arguments: [TemplateValue], _ wanted: String) -> Failure {
        Failure(reason: "\(arguments.count) arguments for \(rawValue), which takes \(wanted)")
    }

    private static func title(_ text: String) -> String {
        var isStart = true
        return String(
            text.map { character in
                defer { isStart = !(character.isLetter || character.isNumber || character == "_") }
                return isStart ? Character(character.uppercased()) : character
            })
    }
}
