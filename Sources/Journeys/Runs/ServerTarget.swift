import MailClient
import MailWire
import NIOCore
import PostwatchModel

/// One address of a server that may be tried.
struct ServerTarget: Sendable {
    let endpoint: Endpoint
    let address: SocketAddress
}

/// Connects to the first of several addresses that answers.
struct Dialler: Sendable {
    /// An address that swallows packets must not use up the time of all others.
    private static let attemptLimit = TimeAmount.seconds(10)

    let group: any EventLoopGroup
    let source: SocketAddress?
    let wallClock: @Sendable () -> Int64

    /// Each address gets an equal share of the time that is left. Throws the sentence about the last failure.
    func connect<Parser: ReplyParsing>(
        to targets: [ServerTarget], as parser: Parser.Type, before deadline: NIODeadline, timeout: Duration
    ) async throws -> Stamped<(conversation: Conversation<Parser>, endpoint: Endpoint)> {
        let opened = try await connect(to: targets, before: deadline, timeout: timeout) {
            address, deadline async throws(ConnectionFailure) in
            try await Conversation<Parser>.connect(
                .init(to: address, from: source), group: group, before: deadline, wallClock: wallClock)
        }
        return Stamped((opened.value.connection, opened.value.endpoint), at: opened.at)
    }

    /// As above, for any kind of connection.
    /// - Parameters:
    ///   - phase: what a failure calls the step.
    ///   - attempt: connects to one address before a moment.
    func connect<Connection: Sendable>(
        to targets: [ServerTarget], before deadline: NIODeadline, timeout: Duration, in phase: String = "connect",
        _ attempt: (SocketAddress, NIODeadline) async throws(ConnectionFailure) -> Stamped<Connection>
    ) async throws -> Stamped<(connection: Connection, endpoint: Endpoint)> {
        let reachable = targets.filter { source == nil || source?.protocol == $0.address.protocol }
        guard var last = reachable.last.map({ ($0, ConnectionFailure.timedOut) }) else {
            throw StepFailure(
                "\(targets.first?.endpoint.description ?? "the server"): no address of the source address's family during \(phase)")
        }
        for (index, target) in reachable.enumerated() {
            let share = (deadline - .now()).nanoseconds / Int64(reachable.count - index)
            let limit = reachable.count == 1 ? share : min(share, Self.attemptLimit.nanoseconds)
            do throws(ConnectionFailure) {
                let connected = try await attempt(target.address, .now() + .nanoseconds(limit))
                return Stamped((connected.value, target.endpoint), at: connected.at)
            } catch {
                last = (target, error)
                if error == .cancelled { break }
            }
        }
        let others = reachable.count > 1 ? " (the last of \(reachable.count) addresses that were tried)" : ""
        let address = last.0.address.ipAddress.map { $0 == last.0.endpoint.host ? "" : " [\($0)]" } ?? ""
        let context = StepContext(wire: "", phase: phase, place: "\(last.0.endpoint)\(address)", awaited: "the connection")
        throw StepFailure(context.failure(of: last.1, within: timeout).sentence + others)
    }
}
