import MailClient
import NIOCore

/// The end of a session that the client asks for.
enum Farewell {
    /// How long a broken run may wait for the answer to its goodbye. Part of the second that a run may exceed its timeout by.
    static let limit = TimeAmount.milliseconds(400)

    /// The moment at which the session was over. A server that hangs up on a goodbye without another word has done what was asked.
    /// - Parameter ask: says goodbye and returns when the answer came.
    static func answer(
        _ ask: () async throws(ConnectionFailure) -> NIODeadline
    ) async throws(ConnectionFailure) -> Stamped<Void> {
        do throws(ConnectionFailure) {
            return Stamped((), at: try await ask())
        } catch {
            guard case .closed(isMidReply: false) = error else { throw error }
            return Stamped((), at: .now())
        }
    }
}
