extension Function {
    /// The function of that name. Every signature of the language has one.
    static func named(_ name: String) -> Function? { table[name] }

    private static let table: [String: Function] = {
        let families = [
            change, pairs, overTime, arithmetic, trigonometry, calendar, vectors, order, labels, information, histograms, moments,
        ]
        return Dictionary(uniqueKeysWithValues: families.joined().map { ($0.name, $0) })
    }()
}
