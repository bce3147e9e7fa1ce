import PostwatchModel

/// Which samples a query needs. Selectors with the same matchers whose ranges touch are read together.
struct SelectionPlan {
    struct Selection: Hashable, Sendable {
        let matchers: [LabelMatcher]
        /// Milliseconds, both ends included.
        var start: Int64
        var end: Int64
        let summary: SampleSelection.Summary
        /// Milliseconds.
        let coarseness: Int64

        /// What a selector needs on `grid`, in whose windows it looks.
        init(of selector: VectorSelector, in frame: WindowFrame) {
            matchers = selector.matchers
            summary = selector.summary
            coarseness = selector.coarseness
            start = frame.shift.apply(to: frame.grid.start) - frame.length - frame.reachBack + 1
            end = frame.shift.apply(to: frame.grid.last) + frame.reachAhead
        }

        func covers(_ other: Selection) -> Bool {
            start <= other.start && other.end <= end && isAlike(other)
        }

        /// The same but for the time.
        func isAlike(_ other: Selection) -> Bool {
            matchers == other.matchers && summary == other.summary && coarseness == other.coarseness
        }
    }

    /// A selection, and how many selectors of the query it is for.
    struct Reading {
        var selection: Selection
        var selectors = 1
    }

    private(set) var readings: [Reading] = []
    private let context: EvaluationContext

    init(of expression: Expression, on grid: StepGrid, in context: EvaluationContext) {
        self.context = context
        visit(expression, grid)
    }

    // MARK: - Private

    private mutating func visit(_ expression: Expression, _ grid: StepGrid) {
        guard !grid.isEmpty else { return }
        switch expression {
        case .number, .string: break
        case .vectorSelector(let selector): add(selector, in: context.frame(of: selector, on: grid))
        case .rangeSelector(let range): add(range.selector, in: context.frame(of: range, on: grid))
        case .subquery(let subquery): visit(subquery.expression, context.grid(of: subquery, on: grid))
        case .call(let call):
            if let information = InformationRequest(call) {
                visit(call.arguments[0], grid)
                add(information.selector, in: context.frame(of: information.selector, on: grid))
            } else {
                expression.forEachOperand { visit($0, grid) }
            }
        case .unary, .parentheses, .binary, .aggregation:
            expression.forEachOperand { visit($0, grid) }
        }
    }

    private mutating func add(_ selector: VectorSelector, in frame: WindowFrame) {
        var wanted = Reading(selection: Selection(of: selector, in: frame))
        // Merging may make a selection touch another one, so all that touch are taken out first.
        readings.removeAll { known in
            let (own, other) = (wanted.selection, known.selection)
            guard other.isAlike(own), other.start <= own.end + 1, own.start <= other.end + 1 else { return false }
            wanted.selection.start = min(own.start, other.start)
            wanted.selection.end = max(own.end, other.end)
            wanted.selectors += known.selectors
            return true
        }
        readings.append(wanted)
    }
}
