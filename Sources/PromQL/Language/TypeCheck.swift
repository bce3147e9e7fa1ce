import PostwatchModel

/// Finds what is written well but means nothing: wrong types, counts of arguments, modifiers that do not fit.
/// Source: Prometheus documentation, "Querying", "Operators" and "Functions".
struct TypeCheck {
    let bytes: [UInt8]

    /// Throws the first fault, those of inner expressions before those of outer ones.
    func check(_ expression: Expression) throws(PromQLFault) {
        switch expression {
        case .number, .string: break
        case .vectorSelector(let selector): try checkMatchers(of: selector)
        case .rangeSelector(let range): try checkMatchers(of: range.selector)
        case .subquery(let subquery): try check(subquery)
        case .unary(let operation): try check(operation)
        case .parentheses(let parentheses): try check(parentheses.inner)
        case .binary(let operation): try check(operation)
        case .aggregation(let aggregation): try check(aggregation)
        case .call(let call): try check(call)
        }
    }

    // MARK: - Private

    private func fault(_ message: String, at range: SourceRange, found: String? = nil, expected: String) -> PromQLFault {
        PromQLFault(SourcePosition(offset: range.start, in: bytes), message, found: found, expected: expected)
    }

    /// Such a selector would select every series there is, most likely by mistake.
    private func checkMatchers(of selector: VectorSelector) throws(PromQLFault) {
        guard selector.matchers.contains(where: { !$0.matches("") }) else {
            throw fault(
                "vector selector must contain at least one non-empty matcher", at: selector.range,
                expected: "at least one matcher that the empty label does not satisfy")
        }
    }

    private func check(_ subquery: Subquery) throws(PromQLFault) {
        try check(subquery.expression)
        let type = subquery.expression.type
        guard type == .instantVector else {
            throw fault(
                "subquery is only allowed on instant vector, got \(type.interfaceName) instead", at: subquery.range,
                found: "a subquery over \(type.withArticle)", expected: "an instant vector")
        }
    }

    private func check(_ operation: UnaryOperation) throws(PromQLFault) {
        try check(operation.operand)
        let type = operation.operand.type
        guard type == .scalar || type == .instantVector else {
            throw fault(
                "unary expression only allowed on expressions of type scalar or instant vector, got \(type.rawValue.quoted)",
                at: operation.range, found: "a sign before \(type.withArticle)", expected: "a scalar or an instant vector")
        }
    }

    private func check(_ aggregation: Aggregation) throws(PromQLFault) {
        try require(aggregation.operand, is: .instantVector, in: "aggregation expression")
        if let parameter = aggregation.parameter, let type = aggregation.operation.parameterType {
            try require(parameter, is: type, in: "aggregation parameter")
        }
    }

    private func require(_ expression: Expression, is type: ValueType, in context: String) throws(PromQLFault) {
        try check(expression)
        guard expression.type == type else {
            throw fault(
                "expected type \(type.rawValue) in \(context), got \(expression.type.rawValue)", at: expression.range,
                found: expression.type.withArticle, expected: type.withArticle)
        }
    }

    // MARK: Calls

    private func check(_ call: FunctionCall) throws(PromQLFault) {
        try checkArgumentCount(of: call)
        for (index, argument) in call.arguments.enumerated() {
            // The matchers of the metrics to join are all optional.
            if call.name == "info" && index == 1 && argument.type == .instantVector {
                try checkInfoSelector(argument)
            } else {
                try require(argument, is: call.signature.parameterType(at: index), in: "call to function \(call.name.quoted)")
            }
        }
    }

    private func checkArgumentCount(of call: FunctionCall) throws(PromQLFault) {
        let (count, least, most) = (call.arguments.count, call.signature.leastArguments, call.signature.mostArguments)
        let wanted: String
        if least == most, count != least {
            wanted = "\(least)"
        } else if count < least {
            wanted = "at least \(least)"
        } else if let most, count > most {
            wanted = "at most \(most)"
        } else {
            return
        }
        throw fault(
            "expected \(wanted) argument(s) in call to \(call.name.quoted), got \(count)", at: call.range,
            found: "\(count) arguments for \(call.name)", expected: wanted)
    }

    private func checkInfoSelector(_ argument: Expression) throws(PromQLFault) {
        guard case .vectorSelector(let selector) = argument else {
            throw fault("expected label selectors only", at: argument.range, expected: "label selectors such as {job=\"mx\"}")
        }
        guard selector.writtenName == nil else {
            throw fault(
                "expected label selectors only, got vector selector instead", at: argument.range,
                expected: "label selectors such as {__name__=\"target_info\"}")
        }
    }

    // MARK: Operators

    private func check(_ binary: BinaryOperation) throws(PromQLFault) {
        try check(binary.left)
        try check(binary.right)
        try checkModifiers(of: binary)
        for operand in [binary.left, binary.right] where operand.type != .scalar && operand.type != .instantVector {
            throw fault(
                "binary expression must contain only scalar and instant vector types", at: operand.range, found: operand.type.withArticle,
                expected: "a scalar or an instant vector")
        }
        let range = Expression.binary(binary).range
        let hasScalar = binary.left.type == .scalar || binary.right.type == .scalar
        let hasFill = binary.matching.fill != VectorMatching.Fill()
        if hasScalar {
            if !binary.matching.labels.isEmpty {
                throw fault("vector matching only allowed between instant vectors", at: range, expected: "instant vectors on both sides")
            }
            if hasFill {
                throw fault(
                    "filling in missing series only allowed between instant vectors", at: range, expected: "instant vectors on both sides")
            }
            if binary.operation.isSetOperator {
                throw fault(
                    "set operator \(binary.operation.rawValue.quoted) not allowed in binary scalar expression", at: range,
                    expected: "instant vectors on both sides")
            }
        } else if binary.operation.isSetOperator {
            if binary.matching.cardinality != .oneToOne {
                throw fault(
                    "no grouping allowed for \(binary.operation.rawValue.quoted) operation", at: range,
                    expected: "no group_left or group_right")
            }
            if hasFill { throw fault("filling in missing series not allowed for set operators", at: range, expected: "no fill modifier") }
        }
    }

    private func checkModifiers(of binary: BinaryOperation) throws(PromQLFault) {
        if binary.returnsBool && !binary.operation.isComparison {
            throw fault(
                "bool modifier can only be used on comparison operators", at: binary.operatorRange,
                expected: "\"bool\" only behind a comparison")
        }
        if binary.operation.isComparison && !binary.returnsBool && binary.type == .scalar {
            throw fault(
                "comparisons between scalars must use BOOL modifier", at: binary.operatorRange,
                expected: "\"bool\" behind \"\(binary.operation.rawValue)\"")
        }
        let include = binary.matching.cardinality.includedLabels
        guard binary.matching.isOn, !include.isEmpty else { return }
        let matched = Set(binary.matching.labels)
        if let both = include.first(where: matched.contains) {
            throw fault(
                "label \(both.quoted) must not occur in ON and GROUP clause at once", at: binary.operatorRange,
                expected: "it in only one of them")
        }
    }
}

extension ValueType {
    fileprivate var withArticle: String { self == .instantVector ? "an \(rawValue)" : "a \(rawValue)" }
}
