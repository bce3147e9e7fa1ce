/// What became of the lines of one request.
public struct ReportReceipt: Hashable, Sendable {
    public var taken = 0
    /// Of a type that this server does not know: the agent is newer.
    public var unknown = 0
    /// Not what their type says, or more than is kept: sending them again will not help.
    public var refused = 0
    /// What is wrong with the first of those; `nil` when there are none.
    public var firstFault: String?

    public init() {}
}

/// Nothing of the request that follows was kept, and the same request may succeed later.
public struct ReportsNotTaken: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}

/// Takes in what agents report.
public protocol ReportReceiving: Sendable {
    /// Takes lines in their order, each a `ReportLine` as JSON. Returns once those that were taken are on disk; a line may come a second
    /// time, when the answer to the first was lost.
    /// - Parameter sender: the address that the request came from.
    func receive(_ lines: [ArraySlice<UInt8>], from sender: String) async throws(ReportsNotTaken) -> ReportReceipt
}
