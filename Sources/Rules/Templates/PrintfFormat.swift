import Foundation

/// The format of `printf`: the verbs of Go's `fmt` with flags, width and precision. As in Go a verb that does not fit its argument is told
/// in the text: `%!d(string=x)`.
struct PrintfFormat {
    private let format: String

    init(_ format: String) {
        self.format = format
    }

    func fill(_ arguments: [TemplateValue]) -> String {
        var text = ""
        var rest = Substring(format)
        var arguments = arguments[...]
        while let percent = rest.firstIndex(of: "%") {
            text += rest[..<percent]
            rest = rest[rest.index(after: percent)...]
            var modifiers = Modifiers(&rest, &arguments)
            guard let verb = rest.popFirst() else { return text + "%!(NOVERB)" }
            if verb == "%" {
                text += "%"
            } else if let argument = arguments.popFirst() {
                text += Self.text(of: argument, verb: verb, &modifiers)
            } else {
                text += "%!\(verb)(MISSING)"
            }
        }
        text += rest
        guard !arguments.isEmpty else { return text }
        return text + "%!(EXTRA " + arguments.map { "\(Self.typeName($0))=\($0.printed)" }.joined(separator: ", ") + ")"
    }

    // MARK: - Private

    /// What stands between `%` and the verb.
    private struct Modifiers {
        var flags: Set<Character> = []
        var width: Int?
        var precision: Int?

        init(_ rest: inout Substring, _ arguments: inout ArraySlice<TemplateValue>) {
            while let flag = rest.first, "+-# 0".contains(flag) { flags.insert(rest.removeFirst()) }
            width = Self.size(&rest, &arguments)
            if let given = width, given < 0 {
                flags.insert("-")
                width = -given
            }
            if rest.first == "." {
                rest.removeFirst()
                precision = max(0, Self.size(&rest, &arguments) ?? 0)
            }
        }

        /// Digits, or `*` for an argument. No text grows beyond what an annotation may hold.
        private static func size(_ rest: inout Substring, _ arguments: inout ArraySlice<TemplateValue>) -> Int? {
            if rest.first == "*" {
                rest.removeFirst()
                guard case .integer(let size)? = arguments.popFirst() else { return nil }
                return min(max(size, -1000), 1000)
            }
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            return Int(digits).map { min($0, 1000) }
        }
    }

    private static func text(of argument: TemplateValue, verb: Character, _ modifiers: inout Modifiers) -> String {
        switch (verb, argument) {
        case ("v", .number(let number)): return float(number, "g", modifiers)
        case ("v", .integer(let number)): return integer(number, "d", modifiers)
        case ("v", _): return padded(argument.printed, modifiers)
        case ("s", .text(let text)):
            return padded(modifiers.precision.map { String(text.prefix($0)) } ?? text, modifiers)
        case ("s", .moment), ("s", .duration), ("s", .labels), ("s", .list), ("s", .arguments): return padded(argument.printed, modifiers)
        case ("q", .text(let text)): return padded(quoted(text), modifiers)
        case ("x", .text(let text)): return padded(text.utf8.map { String(format: "%02x", $0) }.joined(), modifiers)
        case ("X", .text(let text)): return padded(text.utf8.map { String(format: "%02X", $0) }.joined(), modifiers)
        case ("t", .truth): return padded(argument.printed, modifiers)
        case ("T", _): return padded(typeName(argument), modifiers)
        case ("c", .integer(let number)):
            return padded(Unicode.Scalar(UInt32(clamping: number)).map { String(Character($0)) } ?? "", modifiers)
        case ("d", .integer(let number)), ("x", .integer(let number)), ("X", .integer(let number)), ("o", .integer(let number)),
            ("b", .integer(let number)):
            return integer(number, verb, modifiers)
        case ("f", .number(let number)), ("F", .number(let number)), ("e", .number(let number)), ("E", .number(let number)),
            ("g", .number(let number)), ("G", .number(let number)):
            return float(number, verb, modifiers)
        default: return "%!\(verb)(\(typeName(argument))=\(argument.printed))"
        }
    }

    private static func integer(_ number: Int, _ verb: Character, _ modifiers: Modifiers) -> String {
        let radix = ["x": 16, "X": 16, "o": 8, "b": 2][verb] ?? 10
        var digits = String(number.magnitude, radix: radix, uppercase: verb == "X")
        if let precision = modifiers.precision { digits = String(repeating: "0", count: max(0, precision - digits.count)) + digits }
        return signed(digits, isNegative: number < 0, modifiers)
    }

    private static func float(_ number: Double, _ verb: Character, _ modifiers: Modifiers) -> String {
        guard number.isFinite else {
            let sign = number.isNaN ? (modifiers.flags.contains("+") ? "+" : "") : number < 0 ? "-" : "+"
            var plain = modifiers
            plain.flags.remove("0")
            return padded(sign + (number.isNaN ? "NaN" : "Inf"), plain)
        }
        let magnitude = number.magnitude
        let isShortest = modifiers.precision == nil && "gG".contains(verb)
        let verb = verb == "F" ? "f" : verb
        let sharp = modifiers.flags.contains("#") ? "#" : ""
        let digits =
            isShortest ? GoNumber.text(magnitude) : String(format: "%\(sharp).\(modifiers.precision ?? 6)\(verb)", magnitude)
        return signed(digits, isNegative: number.sign == .minus, modifiers)
    }

    private static func signed(_ digits: String, isNegative: Bool, _ modifiers: Modifiers) -> String {
        let sign = isNegative ? "-" : modifiers.flags.contains("+") ? "+" : modifiers.flags.contains(" ") ? " " : ""
        guard modifiers.flags.contains("0"), !modifiers.flags.contains("-") else { return padded(sign + digits, modifiers) }
        return sign + String(repeating: "0", count: max(0, (modifiers.width ?? 0) - sign.count - digits.count)) + digits
    }

    private static func padded(_ text: String, _ modifiers: Modifiers) -> String {
        let padding = String(repeating: " ", count: max(0, (modifiers.width ?? 0) - text.count))
        return modifiers.flags.contains("-") ? text + padding : padding + text
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case "\r": quoted += "\\r"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: quoted += String(format: "\\x%02x", scalar.value)
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    private static func typeName(_ value: TemplateValue) -> String {
        switch value {
        case .none: "<nil>"
        case .number: "float64"
        case .histogram: "*histogram.FloatHistogram"
        case .integer: "int"
        case .text: "string"
        case .truth: "bool"
        case .labels: "map[string]string"
        case .arguments: "map[string]interface {}"
        case .list: "template.queryResult"
        case .sample: "*template.sample"
        case .moment: "*time.Time"
        case .duration: "*time.Duration"
        case .data: "struct"
        }
    }
}
