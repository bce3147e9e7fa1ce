/// Lays an expression out over lines, as Prometheus' `format_query` does: what is longer than 100 bytes is split, what is inside goes in by
/// two spaces.
struct ExpressionLayout {
    private static let lineLength = 100

    private(set) var text = ""

    init(_ expression: Expression) {
        write(expression, level: 0)
    }

    // MARK: - Private

    private mutating func write(_ expression: Expression, level: Int) {
        var line = ExpressionWriter(limit: Self.lineLength)
        line.write(expression)
        guard line.isOverlong else {
            indent(level)
            text += line.text
            return
        }
        switch expression {
        case .aggregation(let aggregation):
            indent(level)
            text += Self.written { $0.writeHead(of: aggregation) }
            write(aggregation.arguments, level: level)
        case .call(let call):
            indent(level)
            text += call.name
            write(call.arguments, level: level)
        case .parentheses(let parentheses):
            indent(level)
            write([parentheses.inner], level: level)
        case .binary(let operation):
            write(operation.left, level: level + 1)
            text += "\n"
            indent(level)
            text += Self.written { $0.writeOperator(of: operation) }
            text += "\n"
            write(operation.right, level: level + 1)
        case .subquery(let subquery):
            write(subquery.expression, level: level)
            text += Self.written { $0.writeWindow(of: subquery) }
        case .unary(let operation):
            indent(level)
            text += operation.isNegative ? "-" : "+"
            let start = text.endIndex
            write(operation.operand, level: level)
            // The sign has taken the place of the operand's indent.
            let operand = text[start...].drop { $0 == " " }
            text.replaceSubrange(start..., with: String(operand))
        case .number, .string, .vectorSelector, .rangeSelector:
            indent(level)
            text += Self.written { $0.write(expression) }
        }
    }

    /// In parentheses, each on lines of its own.
    private mutating func write(_ arguments: [Expression], level: Int) {
        text += "(\n"
        for (index, argument) in arguments.enumerated() {
            if index > 0 { text += ",\n" }
            write(argument, level: level + 1)
        }
        text += "\n"
        indent(level)
        text += ")"
    }

    private mutating func indent(_ level: Int) {
        text += String(repeating: "  ", count: level)
    }

    private static func written(_ write: (inout ExpressionWriter) -> Void) -> String {
        var writer = ExpressionWriter()
        write(&writer)
        return writer.text
    }
}
