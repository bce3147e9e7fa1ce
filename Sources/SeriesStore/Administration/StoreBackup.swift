/// A copy of a store that was made from outside.
public struct StoreBackup: Hashable, Sendable {
    public var path: String
    public var dayFiles = 0
    /// Files of summaries, one per month and resolution.
    public var monthFiles = 0
    public var bytes = 0
    /// Files that are so damaged that they could not be copied.
    public var leftOut: [StoreVerification.Fault] = []
}
