/// What a function of the language takes and gives. What it does is looked up by its name when a query is evaluated.
public struct FunctionSignature: Hashable, Sendable {
    /// How often the last parameter may be given.
    public enum LastParameter: Hashable, Sendable {
        case once
        /// Between never and this often.
        case upTo(Int)
        /// Any number of times, also never.
        case repeated
    }

    /// In lower case, as it must be written.
    public let name: String
    public let parameters: [ValueType]
    public let lastParameter: LastParameter
    public let result: ValueType
    /// Whether the query must be read with experimental features on.
    public let isExperimental: Bool

    init(
        _ name: String, _ parameters: [ValueType], _ lastParameter: LastParameter = .once, result: ValueType = .instantVector,
        isExperimental: Bool = false
    ) {
        precondition(lastParameter == .once || !parameters.isEmpty, "\(name) has no last parameter")
        self.name = name
        self.parameters = parameters
        self.lastParameter = lastParameter
        self.result = result
        self.isExperimental = isExperimental
    }

    /// The fewest arguments of a call.
    public var leastArguments: Int { lastParameter == .once ? parameters.count : parameters.count - 1 }

    /// The most arguments of a call; `nil` for any number.
    public var mostArguments: Int? {
        switch lastParameter {
        case .once: parameters.count
        case .upTo(let count): parameters.count - 1 + count
        case .repeated: nil
        }
    }

    /// The type of the argument at `index`, which must be below `mostArguments`.
    public func parameterType(at index: Int) -> ValueType {
        parameters[min(index, parameters.count - 1)]
    }

    // Functions of the same name are the same function.

    public static func == (left: FunctionSignature, right: FunctionSignature) -> Bool { left.name == right.name }

    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
