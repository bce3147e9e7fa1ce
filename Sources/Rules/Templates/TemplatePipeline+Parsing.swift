/// The variables that a template may name at one place.
struct TemplateScope {
    var names: Set<String>
}

extension TemplatePipeline {
    /// Reads an action's words; variables that it declares are added to `scope`.
    init(_ tokens: [TemplateToken], _ scope: inout TemplateScope) throws(TemplateFault) {
        var rest = tokens[...]
        let declared = try Self.declarations(&rest)
        if declared.isAssignment {
            for name in declared.names where !scope.names.contains(name) { throw Self.unknownVariable(name, scope) }
        }
        self = try Self.pipeline(&rest, scope)
        guard rest.isEmpty else { throw TemplateFault(found: "\")\" without \"(\"", expected: "as many of one as of the other") }
        variables = declared.names
        isAssignment = declared.isAssignment
        scope.names.formUnion(declared.names)
    }

    // MARK: - Private

    private static func declarations(
        _ rest: inout ArraySlice<TemplateToken>
    ) throws(TemplateFault) -> (names: [String], isAssignment: Bool) {
        guard let sign = rest.firstIndex(where: { $0 == .declare || $0 == .assign }) else { return ([], false) }
        var names: [String] = []
        for (index, token) in rest[..<sign].enumerated() {
            if case .variable(let name, let fields) = token, index % 2 == 0, fields.isEmpty, name != "$" {
                names.append(name)
            } else if token != .comma || index % 2 == 0 {
                throw TemplateFault(found: "something else than variables before \":=\"", expected: "$name := or $index, $element :=")
            }
        }
        guard (1...2).contains(names.count) else {
            throw TemplateFault(found: "\(names.count) variables before \":=\"", expected: "one, or two behind range")
        }
        let isAssignment = rest[sign] == .assign
        rest = rest[(sign + 1)...]
        return (names, isAssignment)
    }

    /// Up to a closing parenthesis or the end.
    private static func pipeline(
        _ rest: inout ArraySlice<TemplateToken>, _ scope: TemplateScope
    ) throws(TemplateFault) -> TemplatePipeline {
        var commands = [try command(&rest, scope, isFirst: true)]
        while rest.first == .pipe {
            rest.removeFirst()
            commands.append(try command(&rest, scope, isFirst: false))
        }
        return TemplatePipeline(commands: commands)
    }

    private static func command(
        _ rest: inout ArraySlice<TemplateToken>, _ scope: TemplateScope, isFirst: Bool
    ) throws(TemplateFault) -> TemplateCommand {
        if case .word(let name)? = rest.first, TemplateFunction(rawValue: name) != nil || !["true", "false", "nil"].contains(name) {
            let function = try function(name)
            rest.removeFirst()
            var operands: [TemplateOperand] = []
            while let next = rest.first, next != .pipe, next != .close { operands.append(try operand(&rest, scope)) }
            return .call(function, operands)
        }
        let value = try operand(&rest, scope)
        guard isFirst else { throw TemplateFault(found: "a value behind \"|\"", expected: "a function") }
        if let next = rest.first, next != .pipe, next != .close {
            throw TemplateFault(found: "two values side by side", expected: "\"|\" or \"}}\" behind a value")
        }
        return .value(value)
    }

    private static func function(_ name: String) throws(TemplateFault) -> TemplateFunction {
        guard let function = TemplateFunction(rawValue: name) else {
            throw TemplateFault(found: "the unknown function \"\(name)\"", expected: "one of \(TemplateFunction.allNames)")
        }
        return function
    }

    private static func operand(
        _ rest: inout ArraySlice<TemplateToken>, _ scope: TemplateScope
    ) throws(TemplateFault) -> TemplateOperand {
        switch rest.popFirst() {
        case .text(let text)?: return .constant(.text(text))
        case .number(let number)?: return .constant(.number(number))
        case .integer(let number)?: return .constant(.integer(number))
        case .word("true")?: return .constant(.truth(true))
        case .word("false")?: return .constant(.truth(false))
        case .word("nil")?: return .constant(.none)
        case .word(let name)?: return .function(try function(name))
        case .dot(let fields)?: return fields.reduce(.dot) { .field($0, $1) }
        case .variable(let name, let fields)?:
            guard scope.names.contains(name) else { throw unknownVariable(name, scope) }
            return fields.reduce(.variable(name)) { .field($0, $1) }
        case .open?:
            let inner = try pipeline(&rest, scope)
            guard rest.popFirst() == .close else { throw TemplateFault(found: "\"(\" without \")\"", expected: "\")\"") }
            guard case .chain(let fields)? = rest.first else { return .pipeline(inner) }
            rest.removeFirst()
            return fields.reduce(.pipeline(inner)) { .field($0, $1) }
        case .pipe?, .close?, .comma?, .declare?, .assign?, .chain?, nil:
            throw TemplateFault(found: "nothing where a value belongs", expected: "a value such as $labels.instance or $value")
        }
    }

    private static func unknownVariable(_ name: String, _ scope: TemplateScope) -> TemplateFault {
        TemplateFault(
            found: "the unknown variable \"\(name)\"", expected: "one of \(scope.names.subtracting(["$"]).sorted().joined(separator: ", "))"
        )
    }
}
