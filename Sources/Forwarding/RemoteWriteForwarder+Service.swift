import AsyncHTTPClient
import PostwatchModel
import PostwatchRuntime
import ServiceLifecycle

extension RemoteWriteForwarder: Service {
    /// What comes alone is sent at once; a stream of small records is gathered into a few requests a second. Each costs a receiver and us
    /// about as much as a thousand samples do.
    private static let gathering = Duration.milliseconds(100)
    /// How long requests are still begun when the service ends.
    private static let farewell = Duration.seconds(2)

    /// Sends what the buffer holds, in order, until the service is shut down, and what is left then, for two seconds at most. A request
    /// that was begun ends first, by its answer or its timeout: cut off, it would be sent again after the next start although the receiver
    /// may have taken it. Never throws: what could not be sent stays in the buffer. To be called once.
    public func run() async throws {
        var options = HTTPClient.Configuration(redirectConfiguration: .disallow)
        options.timeout.connect = .seconds(10)
        // The request's own timeout ends with the head of the answer.
        options.timeout.read = .milliseconds(configuration.timeoutMilliseconds)
        // The pause between two attempts is decided here, not inside the client.
        options.connectionPool.retryConnectionEstablishment = false
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: options)
        let client = RemoteWriteClient(configuration: configuration, cargo: cargo, client: http)
        if await sendUntilShutdown(client) == .maySendRest { await sendRest(client) }
        try? await http.shutdown()
    }

    // MARK: - Private

    private enum End {
        case maySendRest
        /// The request that was under way failed: the next one would hold up the end for nothing.
        case receiverIsInTrouble
    }

    private func sendUntilShutdown(_ client: RemoteWriteClient) async -> End {
        var isQuiet = { true }
        while !Task.isShuttingDownGracefully && !Task.isCancelled {
            switch await sendNext(client.send) {
            case .goOn: isQuiet = Self.stopwatch(Self.gathering, on: world.clock)
            case .wait where Task.isShuttingDownGracefully: return .receiverIsInTrouble
            case .wait(let wait): await cancelWhenGracefulShutdown { try? await self.world.clock.sleep(for: wait) }
            case nil:
                await cancelWhenGracefulShutdown { await self.somethingToSend() }
                if !isQuiet() { await cancelWhenGracefulShutdown { try? await self.world.clock.sleep(for: Self.gathering) } }
            }
        }
        return .maySendRest
    }

    private func somethingToSend() async {
        for await _ in wake.stream { return }
    }

    private func sendRest(_ client: RemoteWriteClient) async {
        let isOver = Self.stopwatch(Self.farewell, on: world.clock)
        while !Task.isCancelled, !isOver(), await sendNext(client.send) == .goOn {}
    }

    /// Says whether `duration` has passed since this was called.
    private static func stopwatch(_ duration: Duration, on clock: some Clock<Duration>) -> () -> Bool {
        let end = clock.now.advanced(by: duration)
        return { clock.now >= end }
    }
}
