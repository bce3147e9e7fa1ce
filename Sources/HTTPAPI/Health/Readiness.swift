/// What a part of the server says about itself, for `/-/ready`.
public struct Readiness: Hashable, Sendable {
    public let isReady: Bool
    /// One line for each part that is not as it should be, ready or not.
    public let remarks: [String]

    public init(isReady: Bool, remarks: [String] = []) {
        self.isReady = isReady
        self.remarks = remarks
    }
}
