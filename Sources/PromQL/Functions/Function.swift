import PostwatchModel

/// What a function of the language does.
struct Function: Sendable {
    enum Work: Sendable {
        /// Fills a row from the windows of one series.
        case overSeries(@Sendable (SeriesWindows, CallSite, inout Row) -> Void)
        /// Changes a row. Without an argument it is given the times of evaluation.
        case perRow(@Sendable (inout Row, CallSite) -> Void)
        /// Anything else.
        case whole(@Sendable (FunctionCall, Evaluator) throws(QueryFailure) -> Operand)
    }

    let name: String
    /// The metric's name stays with the result.
    var keepsName = false
    let work: Work
    /// What the scalar arguments must be. Asked once there is a series.
    private(set) var demand: (@Sendable (CallSite) throws(QueryFailure) -> Void)?

    init(name: String, keepsName: Bool = false, work: Work) {
        self.name = name
        self.keepsName = keepsName
        self.work = work
    }

    func demanding(_ demand: @escaping @Sendable (CallSite) throws(QueryFailure) -> Void) -> Function {
        var function = self
        function.demand = demand
        return function
    }

    // MARK: Shorthands of the tables

    /// One value from the numbers of each window. Histograms are passed over.
    static func overNumbers(_ name: String, keepsName: Bool = false, _ body: @escaping @Sendable (Window) -> Double?) -> Function {
        overNumbers(name, keepsName: keepsName) { window, _, _ in body(window) }
    }

    /// The same with the call's scalar arguments: `body` is given the step.
    static func overNumbers(
        _ name: String, keepsName: Bool = false, _ body: @escaping @Sendable (Window, CallSite, Int) -> Double?
    ) -> Function {
        Function(
            name: name, keepsName: keepsName,
            work: .overSeries { series, site, row in
                series.forEach { step, window in
                    if window.values.isEmpty { return }
                    if window.hasHistograms { site.note(.ignoredInMixedRange) }
                    if let value = body(window, site, step) { row.values[step] = value }
                }
            })
    }

    /// One number or histogram from each window.
    static func overWindow(
        _ name: String, keepsName: Bool = false, _ body: @escaping @Sendable (Window, CallSite, Int) -> Element?
    ) -> Function {
        Function(
            name: name, keepsName: keepsName,
            work: .overSeries { series, site, row in
                series.forEach { step, window in
                    if let element = body(window, site, step) { row.set(element, step) }
                }
            })
    }

    /// One number from each number; histograms drop out.
    static func perNumber(_ name: String, _ body: @escaping @Sendable (Double) -> Double) -> Function {
        Function(
            name: name,
            work: .perRow { row, _ in
                row.histograms = []
                row.change(body)
            })
    }

    /// The same with the call's scalar arguments.
    static func perNumber(_ name: String, _ body: @escaping @Sendable (Double, CallSite, Int) -> Double) -> Function {
        Function(
            name: name,
            work: .perRow { row, site in
                row.histograms = []
                for step in row.values.indices where !row.values[step].isAbsent { row.values[step] = body(row.values[step], site, step) }
            })
    }

    /// One number from each histogram; numbers drop out.
    static func perHistogram(_ name: String, _ body: @escaping @Sendable (NativeHistogram) -> Double) -> Function {
        Function(
            name: name,
            work: .perRow { row, _ in
                for step in row.values.indices { row.values[step] = row.histogram(step).map(body) ?? Row.absent }
                row.histograms = []
            })
    }
}
