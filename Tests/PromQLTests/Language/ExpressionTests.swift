import PostwatchModel
import Testing

@testable import PromQL

@Suite("Expression")
struct ExpressionTests {
    @Test(
        "The same at another place or written in another way is equal and hashes alike",
        arguments: [
            ("rate(x[5m])", "  rate( x [300] ) # comment"), ("x{a=\"1\",b=~\"2\"}", "x{b=~'2', a=`1`,}"),
            ("x", "{__name__=\"x\"}"), ("{\"x.y\"}", "{__name__=\"x.y\"}"), ("sum(x)", "sum by () (x)"), ("1_000", "1e3"), ("5m", "300"),
            ("NaN", "-nan"), ("x[1.0019]", "x[1001ms]"), ("x offset -1.0019", "x offset -1.001"), ("x offset 0s", "x"),
            ("a + ignoring() b", "a + b"), ("a * on() group_left 2", "a * 2"),
            ("sum(x) by (a)", "SUM BY (a,) (x)"), ("x @ 1", "x @ 1.0004"),
        ])
    func equal(first: String, second: String) throws {
        let (first, second) = (try PromQLQuery(first).expression, try PromQLQuery(second).expression)
        #expect(first == second)
        #expect(first.hashValue == second.hashValue)
    }

    @Test(
        "What yields something else is not equal",
        arguments: [
            ("x[5m]", "x[6m]"), ("x", "y"), ("x{a=\"1\"}", "x{a!=\"1\"}"), ("0", "-0"), ("a + on() b", "a + b"), ("x", "x offset 1s"),
            ("x[1.001]", "x[1]"), ("\"\u{E9}\"", "\"e\u{301}\""),
            ("x @ start()", "x @ end()"), ("(x)", "x"), ("+x", "x"), ("sum(x)", "sum without () (x)"), ("a / b", "a / ignoring(c) b"),
            ("a - b - c", "a - (b - c)"), ("x[1h:]", "x[1h:1m]"), ("a == b", "a == bool b"),
        ])
    func unequal(first: String, second: String) throws {
        #expect(try PromQLQuery(first).expression != PromQLQuery(second).expression)
    }

    @Test("Every node knows the bytes that it was read from")
    func ranges() throws {
        let text = "é_ + 1"
        #expect(throws: PromQLFault.self) { try PromQLQuery(text) }
        let query = "  sum by (a) (rate(x{b=\"é\"}[5m] @ 1 offset 1h)) / -(y) ^ 2 # z"
        let found = try nodes(of: PromQLQuery(query).expression).map { node in
            String(decoding: Array(query.utf8)[node.range.start..<node.range.end], as: UTF8.self)
        }
        #expect(
            found == [
                "sum by (a) (rate(x{b=\"é\"}[5m] @ 1 offset 1h)) / -(y) ^ 2", "sum by (a) (rate(x{b=\"é\"}[5m] @ 1 offset 1h))",
                "rate(x{b=\"é\"}[5m] @ 1 offset 1h)", "x{b=\"é\"}[5m] @ 1 offset 1h", "-(y) ^ 2", "(y) ^ 2", "(y)", "y", "2",
            ])
    }

    @Test(
        "Operators bind as in Prometheus",
        arguments: [
            ("1 + 2 * 3 ^ 2", "1 + (2 * (3 ^ 2))"), ("2 ^ 3 ^ 2", "2 ^ (3 ^ 2)"), ("-a ^ 2", "-(a ^ 2)"), ("a * -b + c", "(a * (-b)) + c"),
            ("a or b and c unless d", "a or ((b and c) unless d)"), ("a - b - c", "(a - b) - c"),
            ("a == b + 1 and c", "(a == (b + 1)) and c"),
            ("2 ^ -a * 3", "(2 ^ (-a)) * 3"), ("a atan2 b % c", "(a atan2 b) % c"), ("-a offset 5m", "-(a offset 5m)"),
            ("a > b </ 1", "(a > b) </ 1"),
        ])
    func precedence(text: String, withParentheses: String) throws {
        #expect(try shape(PromQLQuery(text).expression) == shape(PromQLQuery(withParentheses).expression))
    }

    // MARK: - Private

    private func children(of expression: Expression) -> [Expression] {
        switch expression {
        case .number, .string, .vectorSelector, .rangeSelector: []
        case .subquery(let subquery): [subquery.expression]
        case .unary(let operation): [operation.operand]
        case .parentheses(let parentheses): [parentheses.inner]
        case .binary(let operation): [operation.left, operation.right]
        case .aggregation(let aggregation): aggregation.arguments
        case .call(let call): call.arguments
        }
    }

    private func nodes(of expression: Expression) -> [Expression] {
        [expression] + children(of: expression).flatMap(nodes)
    }

    /// With parentheses around everything.
    private func shape(_ expression: Expression) -> String {
        let inner = expression.withoutParentheses
        switch inner {
        case .binary(let operation): return "(\(shape(operation.left)) \(operation.operation.rawValue) \(shape(operation.right)))"
        case .unary(let operation): return "(-\(shape(operation.operand)))"
        default:
            var writer = ExpressionWriter()
            writer.write(inner)
            return writer.text
        }
    }
}
