extension TemplatePipeline {
    init(_ tokens: [TemplateToken]) throws(TemplateFault) {
        var rest = tokens[...]
        self = try Self.pipeline(&rest)
        guard rest.isEmpty else { throw TemplateFault(found: "\")\" without \"(\"", expected: "as many of one as of the other") }
    }

    // MARK: - Private

    /// Up to a closing parenthesis or the end.
    private static func pipeline(_ rest: inout ArraySlice<TemplateToken>) throws(TemplateFault) -> TemplatePipeline {
        var commands = [try command(&rest, isFirst: true)]
        while rest.first == .pipe {
            rest.removeFirst()
            commands.append(try command(&rest, isFirst: false))
        }
        return TemplatePipeline(commands: commands)
    }

    private static func command(_ rest: inout ArraySlice<TemplateToken>, isFirst: Bool) throws(TemplateFault) -> Command {
        if case .word(let name)? = rest.first, name != "true", name != "false" {
            guard let function = TemplateFunction(rawValue: name) else {
                throw TemplateFault(found: "the unknown function \"\(name)\"", expected: "one of \(TemplateFunction.allNames)")
            }
            rest.removeFirst()
            var operands: [Operand] = []
            while let next = rest.first, next != .pipe, next != .close { operands.append(try operand(&rest)) }
            return .call(function, operands)
        }
        let value = try operand(&rest)
        guard isFirst else { throw TemplateFault(found: "a value behind \"|\"", expected: "a function") }
        if let next = rest.first, next != .pipe, next != .close {
            throw TemplateFault(found: "two values side by side", expected: "\"|\" or \"}}\" behind a value")
        }
        return .value(value)
    }

    private static func operand(_ rest: inout ArraySlice<TemplateToken>) throws(TemplateFault) -> Operand {
        switch rest.popFirst() {
        case .text(let text)?: return .constant(.text(text))
        case .number(let number)?: return .constant(.number(number))
        case .word("true")?: return .constant(.truth(true))
        case .word("false")?: return .constant(.truth(false))
        case .path(let parts)?: return try path(parts)
        case .open?:
            let inner = try pipeline(&rest)
            guard rest.popFirst() == .close else { throw TemplateFault(found: "\"(\" without \")\"", expected: "\")\"") }
            return .pipeline(inner)
        case .word(let word)?:
            throw TemplateFault(found: "\"\(word)\" as an argument", expected: "a call with arguments in parentheses")
        case .pipe?, .close?, nil:
            throw TemplateFault(found: "nothing where a value belongs", expected: "a value such as $labels.instance or $value")
        }
    }

    private static func path(_ parts: [String]) throws(TemplateFault) -> Operand {
        var members = parts[...]
        var base: Operand
        switch parts[0].isEmpty && parts.count > 1 ? "." + parts[1] : parts[0] {
        case "$labels", ".Labels": base = .labels
        case "$value", ".Value": base = .value
        case "$externalLabels", ".ExternalLabels": base = .externalLabels
        case "$externalURL", ".ExternalURL": base = .externalURL
        default:
            throw TemplateFault(
                found: "the unknown variable \"\(parts.joined(separator: "."))\"",
                expected: "one of $labels, $value, $externalLabels, $externalURL")
        }
        members = members.dropFirst(parts[0].isEmpty ? 2 : 1)
        for member in members {
            guard !member.isEmpty else { throw TemplateFault(found: "a dot without a name", expected: "a label's name behind the dot") }
            base = .member(base, member)
        }
        return base
    }
}
