/// Which labels must agree for two elements of a binary operation to meet, and how many may meet one.
struct VectorMatching: Hashable, Sendable {
    enum Cardinality: Hashable, Sendable {
        case oneToOne
        /// `group_left`, with the labels to take over from the right.
        case manyToOne(include: [String])
        /// `group_right`, with the labels to take over from the left.
        case oneToMany(include: [String])

        /// The labels in the parentheses of `group_left` or `group_right`.
        var includedLabels: [String] {
            switch self {
            case .oneToOne: []
            case .manyToOne(let include), .oneToMany(let include): include
            }
        }
    }

    /// What stands for an element that is missing on one side. Experimental.
    struct Fill: Hashable, Sendable {
        /// `fill_left(…)`
        var left: NumberLiteral?
        /// `fill_right(…)`
        var right: NumberLiteral?
    }

    /// `on(…)` when true, `ignoring(…)` when false.
    var isOn = false
    var labels: [String] = []
    var cardinality = Cardinality.oneToOne
    var fill = Fill()
}
