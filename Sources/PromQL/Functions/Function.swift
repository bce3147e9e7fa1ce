/// A function of the language: its signature and what it does.
struct Function: Sendable {
    enum Body: Sendable {
        /// One value from each window of the one range vector; the scalar arguments are given along, in their order.
        case overWindow(keepsName: Bool, @Sendable (Window, [Double]) -> Double?)
        /// One value from each value of the first argument, `vector(time())` when there is none; the other arguments are scalars.
        case perElement(@Sendable (Double, [Double]) -> Double)
        /// Anything else.
        case whole(@Sendable (FunctionCall, Evaluator) throws(QueryFailure) -> Operand)
    }

    let name: String
    let parameters: [ValueType]
    /// How many of the last parameters may be left out.
    var optionalCount = 0
    /// The last parameter may be given any number of times, also never.
    var isVariadic = false
    var result = ValueType.instantVector
    let body: Body

    // MARK: Signature

    func allowsArguments(count: Int) -> Bool {
        count >= leastArguments && (isVariadic || count <= parameters.count)
    }

    func parameterType(at index: Int) -> ValueType {
        parameters[min(index, parameters.count - 1)]
    }

    /// `2`, `1 to 2`, `at least 3`
    var argumentCountText: String {
        if isVariadic { return "at least \(leastArguments)" }
        return leastArguments == parameters.count ? "\(leastArguments)" : "\(leastArguments) to \(parameters.count)"
    }

    private var leastArguments: Int { parameters.count - optionalCount - (isVariadic ? 1 : 0) }

    // MARK: Shorthands of the tables

    static func overWindow(_ name: String, keepsName: Bool = false, _ body: @escaping @Sendable (Window) -> Double?) -> Function {
        Function(name: name, parameters: [.rangeVector], body: .overWindow(keepsName: keepsName) { window, _ in body(window) })
    }

    static func perElement(_ name: String, _ body: @escaping @Sendable (Double) -> Double) -> Function {
        Function(name: name, parameters: [.instantVector], body: .perElement { value, _ in body(value) })
    }
}

extension Function: Hashable {
    static func == (left: Function, right: Function) -> Bool { left.name == right.name }

    func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
