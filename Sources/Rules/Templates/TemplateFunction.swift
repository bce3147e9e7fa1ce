import Foundation
import PostwatchModel

/// The functions that templates may call.
/// Source: Prometheus documentation, "Template reference"; Go documentation, `text/template`, "Functions".
enum TemplateFunction: String, Hashable, Sendable, CaseIterable {
    // Queries and what they yield
    case query, first, label, value, strvalue, sortByLabel
    // Numbers and times
    case humanize, humanize1024, humanizeDuration, humanizePercentage, humanizeTimestamp, toTime, toDuration, now, parseDuration
    // Texts
    case title, toUpper, toLower, match, reReplaceAll, stripPort, stripDomain, graphLink, tableLink, safeHtml
    // Others of Prometheus
    case args, externalURL, pathPrefix
    // Go
    case printf, print, println, index, slice, len, html, js, urlquery
    case eq, ne, lt, le, gt, ge, and, or, not

    static var allNames: String { allCases.map(\.rawValue).joined(separator: ", ") }

    func apply(_ arguments: [TemplateValue]) throws(TemplateHalt) -> TemplateValue {
        switch self {
        case .query, .externalURL, .pathPrefix, .now: preconditionFailure("answered where the data are")
        case .first, .label, .value, .strvalue, .sortByLabel: try applyToSamples(arguments)
        case .humanize: .text(Humanized.number(try number(arguments)))
        case .humanize1024: .text(Humanized.binary(try number(arguments)))
        case .humanizeDuration: .text(Humanized.duration(try number(arguments)))
        case .humanizePercentage: .text(Humanized.percentage(try number(arguments)))
        case .humanizeTimestamp: .text(Humanized.timestamp(try number(arguments)))
        case .toTime: .moment(try number(arguments))
        case .toDuration: .duration(try number(arguments))
        case .parseDuration: .number(try seconds(try text(arguments)))
        case .title: .text(Self.title(try text(arguments)))
        case .toUpper: .text(try text(arguments).uppercased())
        case .toLower: .text(try text(arguments).lowercased())
        case .match: try match(arguments)
        case .reReplaceAll: try replace(arguments)
        case .stripPort: .text(HostText.withoutPort(try text(arguments)))
        case .stripDomain: .text(HostText.withoutDomain(try text(arguments)))
        case .graphLink: .text("/graph?g0.expr=\(HostText.queryEscaped(try text(arguments)))&g0.tab=0")
        case .tableLink: .text("/graph?g0.expr=\(HostText.queryEscaped(try text(arguments)))&g0.tab=1")
        case .safeHtml: .text(try text(arguments))
        case .args:
            .arguments(Dictionary(uniqueKeysWithValues: arguments.enumerated().map { ("arg\($0.offset)", $0.element) }))
        case .print: .text(Self.joined(arguments))
        case .println: .text(arguments.map(\.printed).joined(separator: " ") + "\n")
        case .printf: .text(PrintfFormat(try first(arguments).printed).fill(Array(arguments.dropFirst())))
        case .index: try index(arguments)
        case .slice: try slice(arguments)
        case .len: try length(arguments)
        case .html: .text(HostText.htmlEscaped(Self.joined(arguments)))
        case .js: .text(HostText.scriptEscaped(Self.joined(arguments)))
        case .urlquery: .text(HostText.queryEscaped(Self.joined(arguments)))
        case .eq: .truth(try equal(arguments))
        case .ne: .truth(!(try equal(arguments, exactly: 2)))
        case .lt: .truth(try order(arguments) { $0 < 0 })
        case .le: .truth(try order(arguments) { $0 <= 0 })
        case .gt: .truth(try order(arguments) { $0 > 0 })
        case .ge: .truth(try order(arguments) { $0 >= 0 })
        case .and: try deciding(arguments, isTrue: false)
        case .or: try deciding(arguments, isTrue: true)
        case .not: .truth(!(try only(arguments).isTrue))
        }
    }

    // MARK: - Private

    private func only(_ arguments: [TemplateValue]) throws(TemplateHalt) -> TemplateValue {
        guard arguments.count == 1 else { throw wrongCount(arguments, "1") }
        return arguments[0]
    }

    private func first(_ arguments: [TemplateValue]) throws(TemplateHalt) -> TemplateValue {
        guard let first = arguments.first else { throw wrongCount(arguments, "at least 1") }
        return first
    }

    private func text(_ arguments: [TemplateValue]) throws(TemplateHalt) -> String {
        guard case .text(let text) = try only(arguments) else { throw wrongType(arguments[0], "a text") }
        return text
    }

    private func number(_ arguments: [TemplateValue]) throws(TemplateHalt) -> Double {
        let value = try only(arguments)
        guard let number = value.number else { throw wrongType(value, "a number") }
        return number
    }

    private func applyToSamples(_ arguments: [TemplateValue]) throws(TemplateHalt) -> TemplateValue {
        switch (self, arguments.first, arguments.last) {
        case (.first, .list(let elements)?, _) where arguments.count == 1:
            guard let first = elements.first else { throw .failed("error calling first: first() called on vector with no elements") }
            return first
        case (.value, .sample(let sample)?, _) where arguments.count == 1: return .number(sample.value)
        case (.strvalue, .sample(let sample)?, _) where arguments.count == 1: return .text(sample.labels["__value__"] ?? "")
        case (.label, .text(let name)?, .sample(let sample)?) where arguments.count == 2: return .text(sample.labels[name] ?? "")
        case (.sortByLabel, .text(let name)?, .list(let elements)?) where arguments.count == 2:
            let keyed = elements.enumerated().map { offset, element in
                guard case .sample(let sample) = element else { return (key: "", offset: offset, element: element) }
                return (key: sample.labels[name] ?? "", offset: offset, element: element)
            }
            return .list(keyed.sorted { ($0.key, $0.offset) < ($1.key, $1.offset) }.map(\.element))
        default:
            throw .failed(
                "error calling \(rawValue): it takes \(self == .first ? "the answer to a query" : "an element of a query's answer")")
        }
    }

    private func seconds(_ text: String) throws(TemplateHalt) -> Double {
        let isNegative = text.hasPrefix("-")
        guard let duration = Duration(prometheus: isNegative ? String(text.dropFirst()) : text) else {
            throw .failed("error calling parseDuration: not a valid duration string: \"\(text)\"")
        }
        return isNegative ? -duration.seconds : duration.seconds
    }

    private func match(_ arguments: [TemplateValue]) throws(TemplateHalt) -> TemplateValue {
        guard arguments.count == 2, case .text(let pattern) = arguments[0], case .text(let text) = arguments[1] else {
            throw wrongCount(arguments, "2 texts")
        }
        return .truth(try expression(pattern).matches(text))
    }

    private func replace(_ arguments: [TemplateValue]) throws(TemplateHalt) -> TemplateValue {
        guard arguments.count == 3, case .text(let pattern) = arguments[0], case .text(let replacement) = arguments[1],
            case .text(let text) = arguments[2]
        else { throw wrongCount(arguments, "3 texts") }
        return .text(try expression(pattern).replacingMatches(in: text, with: replacement))
    }

    private func expression(_ pattern: String) throws(TemplateHalt) -> RegularExpression {
        do throws(RegularExpression.Fault) {
            return try RegularExpression(pattern, matching: .anywhere)
        } catch {
            throw .failed("error calling \(rawValue): \(error)")
        }
    }

    /// The first argument of that truth, else the last.
    private func deciding(_ arguments: [TemplateValue], isTrue: Bool) throws(TemplateHalt) -> TemplateValue {
        guard let last = arguments.last else { throw wrongCount(arguments, "at least 1") }
        return arguments.first { $0.isTrue == isTrue } ?? last
    }

    private func index(_ arguments: [TemplateValue]) throws(TemplateHalt) -> TemplateValue {
        var value = try first(arguments)
        for key in arguments.dropFirst() {
            switch (value, key) {
            case (.labels(let labels), .text(let name)): value = .text(labels[name] ?? "")
            case (.arguments(let members), .text(let name)): value = members[name] ?? .none
            case (.list(let elements), .integer(let position)) where elements.indices.contains(position): value = elements[position]
            case (.list, .integer(let position)): throw .failed("error calling index: index out of range: \(position)")
            default: throw .failed("error calling index: can't index \(value.printed) with \(key.printed)")
            }
        }
        return value
    }

    private func slice(_ arguments: [TemplateValue]) throws(TemplateHalt) -> TemplateValue {
        var bounds: [Int] = []
        for argument in arguments.dropFirst() {
            guard case .integer(let bound) = argument else { throw wrongType(argument, "a whole number") }
            bounds.append(bound)
        }
        switch try first(arguments) {
        case .text(let text):
            let bytes = Array(text.utf8)
            return .text(String(decoding: bytes[try range(bounds, in: bytes.count)], as: UTF8.self))
        case .list(let elements): return .list(Array(elements[try range(bounds, in: elements.count)]))
        case let other: throw wrongType(other, "a text or a list")
        }
    }

    private func range(_ bounds: [Int], in count: Int) throws(TemplateHalt) -> Range<Int> {
        let (lower, upper) = (bounds.first ?? 0, bounds.count > 1 ? bounds[1] : count)
        guard bounds.count <= 2, 0 <= lower, lower <= upper, upper <= count else {
            throw .failed("error calling slice: index out of range")
        }
        return lower..<upper
    }

    private func length(_ arguments: [TemplateValue]) throws(TemplateHalt) -> TemplateValue {
        switch try only(arguments) {
        case .text(let text): .integer(text.utf8.count)
        case .list(let elements): .integer(elements.count)
        case .labels(let labels): .integer(labels.count)
        case .arguments(let members): .integer(members.count)
        case let other: throw wrongType(other, "something with a length")
        }
    }

    /// Whether the first is one of the others.
    private func equal(_ arguments: [TemplateValue], exactly count: Int? = nil) throws(TemplateHalt) -> Bool {
        guard count.map({ arguments.count == $0 }) ?? (arguments.count >= 2) else {
            throw wrongCount(arguments, count.map(String.init) ?? "at least 2")
        }
        for other in arguments.dropFirst() where try isEqual(arguments[0], other) { return true }
        return false
    }

    private func isEqual(_ left: TemplateValue, _ right: TemplateValue) throws(TemplateHalt) -> Bool {
        switch (left, right) {
        case (.number, .number), (.integer, .integer), (.text, .text), (.truth, .truth): return left == right
        case (.none, _), (_, .none): return left == right
        default: throw .failed("error calling \(rawValue): incompatible types for comparison")
        }
    }

    /// `test` gets -1, 0 or 1. Nothing holds for NaN.
    private func order(_ arguments: [TemplateValue], _ test: (Int) -> Bool) throws(TemplateHalt) -> Bool {
        guard arguments.count == 2 else { throw wrongCount(arguments, "2") }
        switch (arguments[0], arguments[1]) {
        case (.number(let left), .number(let right)):
            return !left.isNaN && !right.isNaN && test(left < right ? -1 : left > right ? 1 : 0)
        case (.integer(let left), .integer(let right)): return test(left < right ? -1 : left > right ? 1 : 0)
        case (.text(let left), .text(let right)): return test(left < right ? -1 : left > right ? 1 : 0)
        default: throw .failed("error calling \(rawValue): incompatible types for comparison")
        }
    }

    private func wrongCount(_ arguments: [TemplateValue], _ wanted: String) -> TemplateHalt {
        .failed("wrong number of args for \(rawValue): want \(wanted) got \(arguments.count)")
    }

    private func wrongType(_ value: TemplateValue, _ wanted: String) -> TemplateHalt {
        .failed("error calling \(rawValue): \"\(value.printed)\" is not \(wanted)")
    }

    /// A blank between two that are both no texts.
    private static func joined(_ arguments: [TemplateValue]) -> String {
        var text = ""
        for (index, argument) in arguments.enumerated() {
            if index > 0 && !argument.isText && !arguments[index - 1].isText { text += " " }
            text += argument.printed
        }
        return text
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
