/// One line of data: its strings, then its words, such as `"vacation" ACTIVE`.
public struct SieveData: Hashable, Sendable {
    /// Printable.
    public let strings: [String]
    public let atoms: [String]

    public init(strings: [String], atoms: [String] = []) {
        self.strings = strings
        self.atoms = atoms
    }
}
