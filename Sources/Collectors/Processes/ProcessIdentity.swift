/// Tells a process from every other that ran since the machine started: numbers are given out again.
struct ProcessIdentity: Hashable, Sendable {
    let number: Int32
    /// Ticks between the start of the machine and that of the process.
    let startTicks: UInt64
}
