import PostwatchModel

/// Addition, subtraction and scaling.
///
/// Source: Prometheus, "Operators", "Arithmetic binary operators", on histogram samples.
extension NativeHistogram {
    /// The operator `+`: compacted, with the notes Prometheus gives. Nothing comes of exponential buckets and custom bounds.
    func plus(_ other: NativeHistogram) -> HistogramOutcome {
        var sum = self
        do {
            let effects = try sum.add(other)
            return HistogramOutcome(histogram: sum.compacted(), notes: effects.notes(on: .addition))
        } catch {
            return HistogramOutcome(notes: [.mixedBucketKindsAround(operator: "+")])
        }
    }

    /// The operator `-`: as `plus`, and the result is a gauge.
    func minus(_ other: NativeHistogram) -> HistogramOutcome {
        var difference = self
        do {
            let effects = try difference.subtract(other)
            difference.counterReset = .gauge
            return HistogramOutcome(histogram: difference.compacted(), notes: effects.notes(on: .subtraction))
        } catch {
            return HistogramOutcome(notes: [.mixedBucketKindsAround(operator: "-")])
        }
    }

    /// The operator `*` with a number on either side.
    func times(_ factor: Double) -> NativeHistogram {
        var product = self
        product.multiply(by: factor)
        return product.compacted()
    }

    /// The operator `/` with a number on the right.
    func dividedBy(_ divisor: Double) -> NativeHistogram {
        var quotient = self
        quotient.divide(by: divisor)
        return quotient.compacted()
    }

    /// The unary `-`. A gauge.
    var negated: NativeHistogram {
        var negative = self
        negative.multiply(by: -1)
        return negative
    }

    /// Adds without compensation; empty buckets stay. Without effect when it throws.
    @discardableResult
    mutating func add(_ other: NativeHistogram) throws(HistogramMismatch) -> HistogramEffects {
        try add(other, multipliedBy: 1)
    }

    /// Subtracts as `add` adds. What the result says of counter resets is what a sum would say.
    @discardableResult
    mutating func subtract(_ other: NativeHistogram) throws(HistogramMismatch) -> HistogramEffects {
        try add(other, multipliedBy: -1)
    }

    /// Multiplies counts and sum. With a negative factor the result is a gauge.
    mutating func multiply(by factor: Double) {
        zeroCount *= factor
        count *= factor
        sum *= factor
        for place in positiveBuckets.indices { positiveBuckets[place] *= factor }
        for place in negativeBuckets.indices { negativeBuckets[place] *= factor }
        if factor < 0 { counterReset = .gauge }
    }

    /// Divides counts and sum. By 0 the buckets vanish; by a negative number the result is a gauge.
    mutating func divide(by divisor: Double) {
        zeroCount /= divisor
        count /= divisor
        sum /= divisor
        guard divisor != 0 else {
            (positiveSpans, positiveBuckets, negativeSpans, negativeBuckets) = ([], [], [], [])
            return
        }
        for place in positiveBuckets.indices { positiveBuckets[place] /= divisor }
        for place in negativeBuckets.indices { negativeBuckets[place] /= divisor }
        if divisor < 0 { counterReset = .gauge }
    }

    // MARK: - Private

    private mutating func add(_ other: NativeHistogram, multipliedBy factor: Double) throws(HistogramMismatch) -> HistogramEffects {
        var sum = HistogramSum(self, isCompensated: false)
        try sum.add(other, multipliedBy: factor)
        self = sum.total
        return sum.effects
    }
}
