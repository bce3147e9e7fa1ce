/// The moments at which an expression is evaluated, evenly spaced, in milliseconds. An instant query has one.
struct StepGrid: Hashable, Sendable {
    let start: Int64
    /// ≥ 1.
    let step: Int64
    let count: Int

    init(start: Int64, step: Int64, count: Int) {
        precondition(step > 0, "a grid needs a step")
        self.start = start
        self.step = step
        self.count = count
    }

    /// From `start` through `end`; empty when `end` is earlier.
    init(from start: Int64, through end: Int64, step: Int64) {
        self.init(start: start, step: step, count: end < start ? 0 : Int((end - start) / step) + 1)
    }

    var isEmpty: Bool { count == 0 }
    var last: Int64 { time(at: count - 1) }

    func time(at index: Int) -> Int64 { start + Int64(index) * step }
}
