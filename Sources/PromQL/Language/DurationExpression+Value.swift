import Foundation

/// What a duration comes to, once it is known how a query is evaluated.
extension DurationExpression {
    /// What stands in the way of a value.
    struct Fault: Error, Hashable {
        let reason: String
        let range: SourceRange
    }

    /// The figures of a query that durations may use, in seconds: both 0 for an instant query.
    struct Surroundings: Hashable, Sendable {
        let step: Double
        let range: Double
    }

    /// As a literal. Throws when it divides by zero or when 64 bits of nanoseconds do not hold the value.
    func resolved(in surroundings: Surroundings) throws(Fault) -> DurationExpression {
        if case .literal = self { return self }
        let value = try seconds(in: surroundings)
        guard value.isFinite, abs(value) <= Lexer.longestDurationSeconds else { throw Fault(reason: "duration out of range", range: range) }
        return DurationExpression.literal(NumberLiteral(value, isDuration: true, range: range)).inWholeMilliseconds
    }

    /// Like `resolved`, for ranges and steps, which must be longer than 0.
    func resolvedPositive(in surroundings: Surroundings) throws(Fault) -> DurationExpression {
        let resolved = try resolved(in: surroundings)
        guard resolved.resolved > .zero else { throw Fault(reason: "duration must be greater than 0", range: range) }
        return resolved
    }

    // MARK: - Private

    private func seconds(in surroundings: Surroundings) throws(Fault) -> Double {
        switch self {
        case .literal(let literal): return literal.value
        case .queryStep: return surroundings.step
        case .queryRange: return surroundings.range
        case .smaller(let left, let right, _): return min(try left.seconds(in: surroundings), try right.seconds(in: surroundings))
        case .larger(let left, let right, _): return max(try left.seconds(in: surroundings), try right.seconds(in: surroundings))
        case .negation(let inner, _): return -(try inner.seconds(in: surroundings))
        case .parentheses(let inner, _): return try inner.seconds(in: surroundings)
        case .arithmetic(let operation, let leftOperand, let rightOperand):
            let left = try leftOperand.seconds(in: surroundings)
            let right = try rightOperand.seconds(in: surroundings)
            switch operation {
            case .add: return left + right
            case .subtract: return left - right
            case .multiply: return left * right
            case .divide:
                guard right != 0 else { throw Fault(reason: "division by zero", range: range) }
                return left / right
            case .modulo:
                guard right != 0 else { throw Fault(reason: "modulo by zero", range: range) }
                return fmod(left, right)
            case .power: return pow(left, right)
            }
        }
    }
}

extension Expression {
    /// The same with every duration as a literal. Throws the first duration that has no value.
    func resolvingDurations(in surroundings: DurationExpression.Surroundings) throws(DurationExpression.Fault) -> Expression {
        switch self {
        case .number, .string: return self
        case .vectorSelector(var selector):
            selector.shift = try selector.shift.resolvingOffset(in: surroundings)
            return .vectorSelector(selector)
        case .rangeSelector(var selector):
            selector.length = try selector.length.resolvedPositive(in: surroundings)
            selector.selector.shift = try selector.selector.shift.resolvingOffset(in: surroundings)
            return .rangeSelector(selector)
        case .subquery(var subquery):
            subquery.length = try subquery.length.resolvedPositive(in: surroundings)
            if let step = subquery.step { subquery.step = try step.resolvedPositive(in: surroundings) }
            subquery.shift = try subquery.shift.resolvingOffset(in: surroundings)
            subquery.expression = try subquery.expression.resolvingDurations(in: surroundings)
            return .subquery(subquery)
        case .unary(let operation):
            let operand = try operation.operand.resolvingDurations(in: surroundings)
            return .unary(UnaryOperation(isNegative: operation.isNegative, operand: operand, range: operation.range))
        case .parentheses(let parentheses):
            return .parentheses(
                Parentheses(inner: try parentheses.inner.resolvingDurations(in: surroundings), range: parentheses.range))
        case .binary(var operation):
            operation.left = try operation.left.resolvingDurations(in: surroundings)
            operation.right = try operation.right.resolvingDurations(in: surroundings)
            return .binary(operation)
        case .aggregation(var aggregation):
            aggregation.parameter = try aggregation.parameter?.resolvingDurations(in: surroundings)
            aggregation.operand = try aggregation.operand.resolvingDurations(in: surroundings)
            return .aggregation(aggregation)
        case .call(var call):
            for index in call.arguments.indices { call.arguments[index] = try call.arguments[index].resolvingDurations(in: surroundings) }
            return .call(call)
        }
    }
}

extension TimeShift {
    fileprivate func resolvingOffset(in surroundings: DurationExpression.Surroundings) throws(DurationExpression.Fault) -> TimeShift {
        TimeShift(offset: try offset?.resolved(in: surroundings), anchor: anchor)
    }
}
