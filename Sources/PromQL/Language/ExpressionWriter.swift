import PostwatchModel

/// Writes an expression as a query that reads back as the same expression, in the way in which Prometheus writes queries.
struct ExpressionWriter {
    private(set) var text = ""
    /// In bytes. Nothing is written beyond it, so that asking whether an expression fits on a line costs no more than the line.
    private let limit: Int

    init(limit: Int = .max) {
        self.limit = limit
    }

    /// Whether the limit was reached.
    var isOverlong: Bool { text.utf8.count > limit }

    mutating func write(_ expression: Expression) {
        guard !isOverlong else { return }
        switch expression {
        case .number(let literal): write(literal)
        case .string(let literal): text += literal.text.quoted
        case .vectorSelector(let selector): write(selector)
        case .rangeSelector(let selector): write(selector)
        case .subquery(let subquery):
            write(subquery.expression)
            writeWindow(of: subquery)
        case .unary(let operation):
            text += operation.isNegative ? "-" : "+"
            write(operation.operand)
        case .parentheses(let parentheses):
            text += "("
            write(parentheses.inner)
            text += ")"
        case .binary(let operation):
            writeLeft(of: operation)
            text += " "
            writeOperator(of: operation)
            text += " "
            write(operation.right)
        case .aggregation(let aggregation):
            writeHead(of: aggregation)
            write(aggregation.arguments)
        case .call(let call):
            text += call.name
            write(call.arguments)
        }
    }

    // MARK: Parts that stand by themselves when an expression is split over lines

    /// `sum by (a, b) `: everything before the opening parenthesis.
    mutating func writeHead(of aggregation: Aggregation) {
        text += aggregation.operation.rawValue
        switch aggregation.grouping {
        case .by([]): break
        case .by(let labels): write(labels, behind: " by ")
        case .without(let labels): write(labels, behind: " without ")
        }
        if aggregation.grouping != .by([]) { text += " " }
    }

    /// `* on (a) group_left (b)`
    mutating func writeOperator(of operation: BinaryOperation) {
        text += operation.operation.rawValue
        if operation.returnsBool { text += " bool" }
        let matching = operation.matching
        if matching.isOn || !matching.labels.isEmpty || matching.cardinality != .oneToOne {
            write(matching.labels, behind: matching.isOn ? " on " : " ignoring ")
        }
        switch matching.cardinality {
        case .oneToOne: break
        case .manyToOne(let include): write(include, behind: " group_left ")
        case .oneToMany(let include): write(include, behind: " group_right ")
        }
        write(matching.fill)
    }

    /// `[1h:5m] @ end() offset 1d`
    mutating func writeWindow(of subquery: Subquery) {
        text += "["
        writeLength(subquery.length)
        text += ":"
        if let step = subquery.step { writeLength(step) }
        text += "]"
        write(subquery.shift.anchor)
        writeOffset(subquery.shift.offset)
    }

    // MARK: - Operands

    private mutating func writeLeft(of operation: BinaryOperation) {
        // A sign before a power is the sign of the power.
        if operation.operation == .power, case .number(let literal) = operation.left, literal.value == .infinity {
            text += "Inf"
        } else {
            write(operation.left)
        }
    }

    // MARK: Lists

    private mutating func write(_ arguments: [Expression]) {
        text += "("
        for (index, argument) in arguments.enumerated() {
            if index > 0 { text += ", " }
            write(argument)
            if isOverlong { return }
        }
        text += ")"
    }

    private mutating func write(_ labels: [String], behind keyword: String) {
        text += keyword + "(" + labels.map { $0.isPlainLabelName ? $0 : $0.quoted }.joined(separator: ", ") + ")"
    }

    private mutating func write(_ fill: VectorMatching.Fill) {
        if let value = fill.left, fill.left == fill.right {
            text += " fill (\(value.value.prometheusText))"
            return
        }
        if let left = fill.left { text += " fill_left (\(left.value.prometheusText))" }
        if let right = fill.right { text += " fill_right (\(right.value.prometheusText))" }
    }

    // MARK: Selectors

    private mutating func write(_ selector: VectorSelector) {
        writeMatchers(of: selector)
        write(selector.shift.anchor)
        if let boundary = selector.boundary { text += " \(boundary.rawValue)" }
        writeOffset(selector.shift.offset)
    }

    private mutating func write(_ range: RangeSelector) {
        writeMatchers(of: range.selector)
        text += "["
        writeLength(range.length)
        text += "]"
        if let boundary = range.selector.boundary { text += " \(boundary.rawValue)" }
        write(range.selector.shift.anchor)
        writeOffset(range.selector.shift.offset)
    }

    private mutating func writeMatchers(of selector: VectorSelector) {
        var matchers = selector.matchers
        if let name = selector.writtenName {
            text += name
            matchers.removeAll { $0.name == LabelSet.metricNameLabel }
            if matchers.isEmpty { return }
        }
        let texts = matchers.map { matcher in
            (matcher.name.isPlainLabelName ? matcher.name : matcher.name.quoted) + matcher.operation.rawValue + matcher.value.quoted
        }
        text += "{" + texts.sorted().joined(separator: ",") + "}"
    }

    private mutating func write(_ anchor: TimeShift.Anchor?) {
        switch anchor {
        case .moment(let moment):
            let milliseconds = moment.milliseconds.magnitude
            let fraction = String(milliseconds % 1000)
            text += " @ \(moment.milliseconds < 0 ? "-" : "")\(milliseconds / 1000)."
            text += String(repeating: "0", count: 3 - fraction.count) + fraction
        case .queryStart: text += " @ start()"
        case .queryEnd: text += " @ end()"
        case nil: break
        }
    }

    // MARK: Numbers and durations

    private mutating func write(_ literal: NumberLiteral) {
        guard literal.isDuration else {
            text += literal.value.prometheusText
            return
        }
        // The sign counts even before 0s.
        text += literal.value.sign == .minus ? "-" : ""
        text += Duration.milliseconds(Int64((literal.value.magnitude * 1000).rounded())).prometheusText
    }

    private mutating func writeOffset(_ offset: DurationExpression?) {
        guard let offset else { return }
        text += " offset "
        writeLength(offset)
    }

    /// A single number gets its unit.
    private mutating func writeLength(_ duration: DurationExpression) {
        if let constant = duration.constant { text += constant.prometheusText } else { write(duration) }
    }

    private mutating func write(_ duration: DurationExpression) {
        switch duration {
        case .literal(let literal): write(literal)
        case .queryStep: text += "step()"
        case .queryRange: text += "range()"
        case .smaller(let first, let second, _): writePair("min_of", first, second)
        case .larger(let first, let second, _): writePair("max_of", first, second)
        case .negation(let inner, _):
            text += "-"
            write(inner)
        case .parentheses(let inner, _):
            text += "("
            write(inner)
            text += ")"
        case .arithmetic(let operation, let left, let right):
            write(left)
            text += " \(operation.rawValue) "
            write(right)
        }
    }

    private mutating func writePair(_ name: String, _ first: DurationExpression, _ second: DurationExpression) {
        text += "\(name)("
        write(first)
        text += ", "
        write(second)
        text += ")"
    }
}

extension Aggregation {
    /// As they are written, the parameter first.
    var arguments: [Expression] { (parameter.map { [$0] } ?? []) + [operand] }
}

extension String {
    /// Whether a label may have this name without quotes.
    fileprivate var isPlainLabelName: Bool {
        guard let first = utf8.first, first.isLetter else { return false }
        // Outside of braces these two are numbers.
        return utf8.allSatisfy { $0.isLetter || $0.isDigit } && lowercased() != "inf" && lowercased() != "nan"
    }
}
