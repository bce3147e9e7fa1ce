import PostwatchModel

/// What an expression was evaluated to, over all steps of the grid at once.
enum Operand: Sendable {
    /// One value per step.
    case scalar([Double])
    case string(String)
    case vector([Row])
}

/// `offset` and `@` in milliseconds, with `start()` and `end()` replaced.
struct ResolvedShift: Hashable, Sendable {
    let offset: Int64
    let anchor: Int64?

    /// The moment that is looked at when the step is at `time`.
    func apply(to time: Int64) -> Int64 { (anchor ?? time) - offset }
}
