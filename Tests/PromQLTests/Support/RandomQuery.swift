import TestSupport

/// Writes well-formed queries of every kind, in many ways of writing them, experimental parts included.
struct RandomQuery {
    private var generator: SeededGenerator

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    mutating func next() -> String {
        let depth = Int.random(in: 0...5, using: &generator)
        switch Int.random(in: 0..<10, using: &generator) {
        case 0: return scalar(depth)
        case 1: return range(depth)
        default: return vector(depth)
        }
    }

    // MARK: - Private

    private mutating func pick(_ choices: String...) -> String {
        choices[Int.random(in: 0..<choices.count, using: &generator)]
    }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }

    private mutating func repeated(_ most: Int, separator: String, _ make: (inout RandomQuery) -> String) -> String {
        (0..<Int.random(in: 0...most, using: &generator)).map { _ in make(&self) }.joined(separator: separator)
    }

    // MARK: Expressions

    private mutating func vector(_ depth: Int) -> String {
        guard depth > 0 else { return selector() + shift() }
        let inner = depth - 1
        switch Int.random(in: 0..<10, using: &generator) {
        case 0: return "\(pick("sum", "avg", "GROUP", "stddev"))\(grouping())(\(vector(inner)))"
        case 1: return "\(pick("topk", "limitk", "quantile", "limit_ratio"))(\(scalar(inner)) , \(vector(inner)))\(grouping())"
        case 2: return "\(pick("rate", "max_over_time", "mad_over_time"))(\(range(inner)))"
        case 3: return "\(pick("abs", "sort", "timestamp"))( \(vector(inner)) )"
        case 4: return "label_replace(\(vector(inner)),\(string()), \(string()), \(string()),\"(.*)\")"
        case 5: return pick("-", "+", "- ") + vector(inner)
        case 6: return "(\(vector(inner)))"
        case 7: return "\(vector(inner)) \(arithmetic()) \(scalar(inner))"
        case 8: return "(\(vector(inner))) \(matched()) (\(vector(inner)))"
        default: return "\(vector(inner)) \(pick("and", "OR", "unless", arithmetic())) \(vector(inner))"
        }
    }

    private mutating func scalar(_ depth: Int) -> String {
        guard depth > 0 else { return number() }
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: return "scalar(\(vector(depth - 1)))"
        case 1: return "(\(scalar(depth - 1)))"
        case 2: return pick("-", "+") + scalar(depth - 1)
        case 3: return "\(scalar(depth - 1)) \(pick("+", "-", "*", "^", "% ", "== bool", "< bool")) \(scalar(depth - 1))"
        case 4: return pick("time()", "pi()", "start()", "step( )", "max_of(1, 2)")
        default: return number()
        }
    }

    private mutating func range(_ depth: Int) -> String {
        guard depth > 0, chance(50) else {
            return selector() + "[\(duration(2))]" + pick("", "", " anchored", " smoothed") + shift()
        }
        let inner = chance(50) ? "(\(vector(depth - 1)))" : selector() + shift()
        return inner + "[\(duration(2)):\(chance(50) ? duration(2) : "")]" + shift()
    }

    // MARK: Operators

    private mutating func arithmetic() -> String { pick("+", "-", "*", "/", "%", "^", "atan2", ">", "<= bool", "</", ">/") }

    private mutating func matched() -> String {
        let isSet = chance(30)
        var text = isSet ? pick("and", "OR", "unless") : arithmetic()
        guard chance(60) else { return text }
        text += pick(" on(a)", " on ()", " ignoring( b , \"c.d\" )", " ignoring()", " on(on, by,)")
        if !isSet && chance(40) { text += pick(" group_left(x)", " group_right ( )", " group_left(\"inf\", y)") }
        if !isSet && chance(30) { text += pick(" fill(0)", " fill_left(-1.5)", " fill_right(NaN) fill_left(5m)") }
        return text
    }

    private mutating func grouping() -> String {
        pick("", " by (a,b) ", " without()", " by()", " without (\"é\", sum,)", " by(a)")
    }

    // MARK: Selectors

    private mutating func selector() -> String {
        let matchers = repeated(3, separator: pick(",", " , ")) { query in
            query.pick("job", "\"la bel\"", "on", "inf", "Z")
                + (query.chance(50) ? query.pick("=", " != ") + query.string() : query.pick("=~", " !~ ") + query.pattern())
        }
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: return "{\"metric.name\"\(matchers.isEmpty ? "" : ",")\(matchers)}"
        case 1: return "{__name__=~\"a.+\"\(matchers.isEmpty ? "" : ", ")\(matchers),}"
        default: return pick("up", "a:b", "sum", "offset", "start", "fill", "_") + (chance(60) ? "{\(matchers)}" : "")
        }
    }

    private mutating func shift() -> String {
        let offset = pick("", "", " offset 5m", " OFFSET -1h30m", " offset \(duration(0))", " offset (\(duration(1)))")
        let anchor = pick("", "", " @ 1700000000", " @ -0.25", " @ start()", "@END( )", " @ 1e9")
        return chance(50) ? offset + anchor : anchor + offset
    }

    private mutating func duration(_ depth: Int) -> String {
        guard depth > 0, chance(40) else { return pick("5m", "1h30m", "300", "250ms", "0.5", "1w2d", "step()", "range()", "0x10") }
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: return "(\(duration(depth - 1)))"
        case 1: return "\(pick("min", "max_of"))(\(duration(depth - 1)), \(duration(depth - 1)))"
        case 2: return "1y - -\(duration(depth - 1))"
        default: return "\(duration(depth - 1)) \(pick("+", "*", "/", "^")) \(duration(depth - 1))"
        }
    }

    // MARK: Literals

    private mutating func number() -> String {
        pick("1", "0.1", ".5", "2.", "1e-7", "0x1F", "017", "1_000", "Inf", "nan", "5m", "1d12h", "-3", "12345678901234567890", "1.7e308")
    }

    private mutating func pattern() -> String { pick("\"a|b\"", "'.+'", "`\\d+`", "\"(é){2}\\\\.x\"", "\"\"") }

    private mutating func string() -> String {
        pick("\"a\"", "'it\\'s'", "`raw \\`", "\"\\t\\u00e9\\x00\"", "\"é😀\"", "\"\"", "'\"'", "\"\\xff\\\\\"", "\"x y\\nz\"")
    }
}
