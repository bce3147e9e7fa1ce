/// The values that a label of a counter can have: a closed set, so that each has a counter at 0 from the start.
protocol LabelValue: RawRepresentable<UInt8>, CaseIterable, Sendable where AllCases == [Self] {
    /// As the label shows it.
    var label: String { get }
}
