import Foundation

/// The format of `printf`: `%s %v %q %d %f %e %g %x %%` with flags, width and precision.
struct PrintfFormat {
    private let format: String

    init(_ format: String) {
        self.format = format
    }

    func fill(_ arguments: [TemplateValue]) throws(TemplateFunction.Failure) -> String {
        var text = ""
        var rest = Substring(format)
        var arguments = arguments[...]
        while let percent = rest.firstIndex(of: "%") {
            text += rest[..<percent]
            rest = rest[rest.index(after: percent)...]
            let modifiers = rest.prefix { "+-# 0123456789.".contains($0) }
            rest = rest.dropFirst(modifiers.count)
            guard let verb = rest.popFirst() else { throw TemplateFunction.Failure(reason: "printf with \"%\" at the end of its format") }
            if verb == "%" {
                text += "%"
                continue
            }
            guard let argument = arguments.popFirst() else {
                throw TemplateFunction.Failure(reason: "printf with fewer arguments than verbs in \"\(format)\"")
            }
            text += try Self.text(of: argument, verb: verb, modifiers: String(modifiers))
        }
        guard arguments.isEmpty else { throw TemplateFunction.Failure(reason: "printf with more arguments than verbs in \"\(format)\"") }
        return text + rest
    }

    // MARK: - Private

    private static func text(
        of argument: TemplateValue, verb: Character, modifiers: String
    ) throws(TemplateFunction.Failure) -> String {
        switch verb {
        case "s", "v": return padded(argument.printed, modifiers)
        case "q": return padded("\"\(argument.printed)\"", modifiers)
        case "d", "x", "f", "e", "g":
            guard let number = argument.number else {
                throw TemplateFunction.Failure(reason: "printf %\(verb) of \"\(argument.printed)\", which is not a number")
            }
            guard number.isFinite else { return padded(argument.printed, modifiers) }
            guard verb == "d" || verb == "x" else { return String(format: "%\(modifiers)\(verb)", number) }
            guard let whole = Int64(exactly: number.rounded(.towardZero)) else { return padded(argument.printed, modifiers) }
            return String(format: "%\(modifiers)ll\(verb)", whole)
        default:
            throw TemplateFunction.Failure(reason: "printf with the unknown verb %\(verb)")
        }
    }

    /// Width, `-` for left, and a precision that cuts.
    private static func padded(_ text: String, _ modifiers: String) -> String {
        let parts = modifiers.split(separator: ".", omittingEmptySubsequences: false)
        let width = parts.first.flatMap { Int($0.filter(\.isNumber)) } ?? 0
        let cut = parts.count > 1 ? String(text.prefix(Int(parts[1]) ?? 0)) : text
        let padding = String(repeating: " ", count: max(0, width - cut.count))
        return modifiers.hasPrefix("-") ? cut + padding : padding + cut
    }
}
