/// Tells where messages were.
public protocol CustodyShowing: Sendable {
    /// - Parameter name: the identifier of a message, or a journey, of which it is the last message.
    /// - Returns: `nil` when no such message is known.
    func chain(of name: String) async throws -> CustodyChain?
    /// The last messages that were sent, of a journey or of all; newest first.
    func passages(ofJourney journey: String?, limit: Int) async throws -> [ProbePassage]
}
