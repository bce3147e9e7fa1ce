import PostwatchModel

/// A call at work: its arguments, and where to report what came up.
final class CallSite {
    let call: FunctionCall
    /// The series at hand.
    var series = LabelSet()
    /// The numbers of its windows say how many samples there were.
    let readsCounts: Bool
    private let function: Function
    private let evaluator: Evaluator
    /// The scalar arguments in their order, each with one value per step.
    private let scalars: [[Double]]

    init(_ call: FunctionCall, in evaluator: Evaluator) throws(QueryFailure) {
        self.call = call
        self.evaluator = evaluator
        function = call.function
        if case .rangeSelector(let range)? = call.mainOperand?.withoutParentheses {
            readsCounts = range.selector.summary == .count
        } else {
            readsCounts = false
        }
        var scalars: [[Double]] = []
        for argument in call.arguments where argument.type == .scalar { scalars.append(try evaluator.scalar(argument)) }
        self.scalars = scalars
    }

    var work: Function.Work { function.work }
    var keepsName: Bool { function.keepsName }
    var grid: StepGrid { evaluator.grid }

    /// The value of a scalar argument at a step; `nil` when it was left out.
    func scalar(_ number: Int, _ step: Int) -> Double? {
        number < scalars.count ? scalars[number][step] : nil
    }

    func values(ofScalar number: Int) -> [Double] {
        number < scalars.count ? scalars[number] : []
    }

    /// Throws when an argument is not what the function demands.
    func checkArguments() throws(QueryFailure) {
        try function.demand?(self)
    }

    func note(_ note: HistogramNote) {
        evaluator.report(note, metricName: series.metricName, at: place)
    }

    func warnInvalidQuantile(_ quantile: Double) {
        evaluator.notes.warn(
            "PromQL warning: quantile value should be between 0 and 1, got \(quantile.prometheusText) "
                + evaluator.context.text.position(of: call.arguments[0].range))
    }

    func note(_ notes: [HistogramNote]) {
        for one in notes { note(one) }
    }

    /// Says that a series does not look like a counter, as far as its name tells.
    func informPossibleNonCounter() {
        evaluator.informPossibleNonCounter(series, at: place)
    }

    // MARK: - Private

    /// Where notes about the series point.
    private var place: SourceRange { call.mainOperand?.range ?? call.range }
}

extension FunctionCall {
    /// What the function does.
    var function: Function {
        guard let function = Function.named(name) else { preconditionFailure("\(name) has no body") }
        return function
    }

    /// Its rows follow from one other row each.
    var isElementwise: Bool {
        switch function.work {
        case .overSeries, .perRow: true
        case .whole: false
        }
    }

    var keepsName: Bool { function.keepsName }

    /// The first vector among the arguments.
    var mainOperand: Expression? {
        arguments.first { $0.type == .instantVector || $0.type == .rangeVector }
    }
}
