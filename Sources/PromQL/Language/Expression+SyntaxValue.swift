import PostwatchModel

/// The tree of syntax as Prometheus' `parse_query` gives it.
/// Source: Prometheus' HTTP API, `/api/v1/parse_query`.
extension Expression {
    var syntaxValue: SyntaxValue {
        switch self {
        case .number(let literal): .node("numberLiteral", ["val": .text(literal.value.prometheusText)])
        case .string(let literal): .node("stringLiteral", ["val": .text(literal.text)])
        case .vectorSelector(let selector): .node("vectorSelector", selector.syntaxMembers)
        case .rangeSelector(let range):
            .node("matrixSelector", range.selector.syntaxMembers.merging(["range": range.length.syntaxValue]) { $1 })
        case .subquery(let subquery): .node("subquery", subquery.syntaxMembers)
        case .unary(let operation):
            .node("unaryExpr", ["op": .text(operation.isNegative ? "-" : "+"), "expr": operation.operand.syntaxValue])
        case .parentheses(let parentheses): .node("parenExpr", ["expr": parentheses.inner.syntaxValue])
        case .binary(let operation): .node("binaryExpr", operation.syntaxMembers)
        case .aggregation(let aggregation): .node("aggregation", aggregation.syntaxMembers)
        case .call(let call):
            .node("call", ["func": call.signature.syntaxValue, "args": .list(call.arguments.map(\.syntaxValue))])
        }
    }
}

extension SyntaxValue {
    fileprivate static func node(_ type: String, _ members: [String: SyntaxValue]) -> SyntaxValue {
        .object(members.merging(["type": .text(type)]) { $1 })
    }

    /// As text where JSON has no such number: `NaN`, `+Inf`, `-Inf`.
    fileprivate static func figure(_ literal: NumberLiteral?) -> SyntaxValue {
        guard let value = literal?.value else { return .null }
        return value.isFinite ? .number(value) : .text(value.prometheusText)
    }

    fileprivate static func texts(_ texts: [String]) -> SyntaxValue { .list(texts.map { .text($0) }) }
}

extension VectorSelector {
    fileprivate var syntaxMembers: [String: SyntaxValue] {
        shift.syntaxMembers.merging([
            "name": .text(writtenName ?? ""),
            "matchers": .list(
                matchers.map {
                    .object(["name": .text($0.name), "type": .text($0.operation.rawValue), "value": .text($0.value)])
                }),
            "anchored": .boolean(boundary == .anchored),
            "smoothed": .boolean(boundary == .smoothed),
        ]) { $1 }
    }
}

extension Subquery {
    fileprivate var syntaxMembers: [String: SyntaxValue] {
        shift.syntaxMembers.merging([
            "expr": expression.syntaxValue, "range": length.syntaxValue, "step": step?.syntaxValue ?? .integer(0),
        ]) { $1 }
    }
}

extension TimeShift {
    fileprivate var syntaxMembers: [String: SyntaxValue] {
        let (timestamp, startOrEnd): (SyntaxValue, SyntaxValue) =
            switch anchor {
            case .moment(let moment): (.integer(moment.milliseconds), .null)
            case .queryStart: (.null, .text("start"))
            case .queryEnd: (.null, .text("end"))
            case nil: (.null, .null)
            }
        return ["offset": offset?.syntaxValue ?? .integer(0), "timestamp": timestamp, "startOrEnd": startOrEnd]
    }
}

extension DurationExpression {
    /// Milliseconds; 0 for what is only known when the query is evaluated, as in Prometheus.
    fileprivate var syntaxValue: SyntaxValue { .integer(constant?.wholeMilliseconds ?? 0) }
}

extension BinaryOperation {
    fileprivate var syntaxMembers: [String: SyntaxValue] {
        [
            "op": .text(operation.rawValue), "lhs": left.syntaxValue, "rhs": right.syntaxValue, "bool": .boolean(returnsBool),
            "matching": left.type == .scalar || right.type == .scalar ? .null : matchingValue,
        ]
    }

    private var matchingValue: SyntaxValue {
        let cardinality =
            switch matching.cardinality {
            case .oneToOne: operation.isSetOperator ? "many-to-many" : "one-to-one"
            case .manyToOne: "many-to-one"
            case .oneToMany: "one-to-many"
            }
        return .object([
            "card": .text(cardinality), "labels": .texts(matching.labels), "on": .boolean(matching.isOn),
            "include": .texts(matching.cardinality.includedLabels),
            "fillValues": .object([
                "lhs": .figure(matching.fill.left),
                "rhs": .figure(matching.fill.right),
            ]),
        ])
    }
}

extension Aggregation {
    fileprivate var syntaxMembers: [String: SyntaxValue] {
        let (labels, isWithout) =
            switch grouping {
            case .by(let labels): (labels, false)
            case .without(let labels): (labels, true)
            }
        return [
            "op": .text(operation.rawValue), "expr": operand.syntaxValue, "param": parameter?.syntaxValue ?? .null,
            "grouping": .texts(labels), "without": .boolean(isWithout),
        ]
    }
}

extension FunctionSignature {
    fileprivate var syntaxValue: SyntaxValue {
        let variadic: Int64 =
            switch lastParameter {
            case .once: 0
            case .upTo(let count): Int64(count)
            case .repeated: -1
            }
        return .object([
            "name": .text(name), "argTypes": .texts(parameters.map(\.interfaceName)), "variadic": .integer(variadic),
            "returnType": .text(result.interfaceName),
        ])
    }
}
