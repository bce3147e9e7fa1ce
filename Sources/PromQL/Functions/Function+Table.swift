extension Function {
    /// The function of that name. Names of functions are written in lower case only.
    static func named(_ name: String) -> Function? { table[name] }

    private static let table: [String: Function] = {
        let families = [change, overTime, arithmetic, trigonometry, calendar, vectors, labels, histograms]
        return Dictionary(uniqueKeysWithValues: families.joined().map { ($0.name, $0) })
    }()
}
