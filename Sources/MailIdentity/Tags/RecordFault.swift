/// What is wrong with something that a domain publishes, as a clause: `its public key is not base64`.
public struct RecordFault: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}
