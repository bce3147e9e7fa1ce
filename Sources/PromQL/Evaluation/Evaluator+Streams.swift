import PostwatchModel

/// Expressions whose rows follow from one other row each.
extension Evaluator {
    func stream(_ expression: Expression, _ take: (inout Row) throws(QueryFailure) -> Void) throws(QueryFailure) {
        switch expression {
        case .vectorSelector(let selector): try stream(selector, take)
        case .parentheses(let parentheses): try forEachRow(of: parentheses.inner, take)
        case .unary(let operation):
            try forEachRow(of: operation.operand) { (row) throws(QueryFailure) in
                if operation.isNegative {
                    row.change { -$0 }
                    row.changeHistograms { $0.negated }
                    dropName(of: &row)
                }
                try take(&row)
            }
        case .binary(let operation): try stream(operation, take)
        case .call(let call): try stream(call, take)
        case .number, .string, .rangeSelector, .subquery, .aggregation: preconditionFailure("not a stream")
        }
    }

    /// A call that is no stream.
    func evaluate(_ call: FunctionCall) throws(QueryFailure) -> Operand {
        guard case .whole(let body) = call.function.work else { preconditionFailure("\(call.name) is a stream") }
        return try body(call, self)
    }

    // MARK: - Private

    private func stream(_ call: FunctionCall, _ take: (inout Row) throws(QueryFailure) -> Void) throws(QueryFailure) {
        let site = try CallSite(call, in: self)
        switch site.work {
        case .overSeries(let body):
            guard let range = call.mainOperand else { preconditionFailure("\(call.name) takes a range vector") }
            var row = Row(steps: grid.count)
            var isChecked = false
            try forEachWindows(of: range) { (windows) throws(QueryFailure) in
                if !isChecked { try site.checkArguments() }
                isChecked = true
                row.reset(windows.labels)
                site.series = windows.labels
                body(windows, site, &row)
                if !site.keepsName { dropName(of: &row) }
                try take(&row)
            }
        case .perRow(let body):
            guard let operand = call.mainOperand else {
                // Functions of the calendar take the time of evaluation when nothing is given.
                var row = Row(labels: LabelSet(), values: (0..<grid.count).map { Double(grid.time(at: $0)) / 1000 })
                body(&row, site)
                return try take(&row)
            }
            try forEachRow(of: operand) { (row) throws(QueryFailure) in
                site.series = row.labels
                body(&row, site)
                if !site.keepsName { dropName(of: &row) }
                try take(&row)
            }
        case .whole: preconditionFailure("\(call.name) is no stream")
        }
    }
}

extension Row {
    /// Applies `change` to every value there is.
    @inline(__always)
    mutating func change(_ change: (Double) -> Double) {
        values.withUnsafeMutableBufferPointer { values in
            for step in values.indices where !values[step].isAbsent { values[step] = change(values[step]) }
        }
    }

    mutating func changeHistograms(_ change: (NativeHistogram) -> NativeHistogram?) {
        for step in histograms.indices {
            if let histogram = histograms[step] { histograms[step] = change(histogram) }
        }
    }
}
