import AsyncHTTPClient
import PostwatchModel
import PostwatchRuntime
import ServiceLifecycle

extension RemoteWriteForwarder: Service {
    /// How long a last attempt may take when the service ends.
    private static let farewell = Duration.seconds(2)

    /// Sends what the buffer holds, in order, until the service is shut down, and tries once more then. Never throws: what could not
    /// be sent stays in the buffer.
    public func run() async throws {
        var options = HTTPClient.Configuration(redirectConfiguration: .disallow)
        options.timeout.connect = .seconds(10)
        // The pause between two attempts is decided here, not inside the client.
        options.connectionPool.retryConnectionEstablishment = false
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: options)
        let client = RemoteWriteClient(configuration: configuration, client: http)
        // Cancellation is how it ends.
        await cancelWhenGracefulShutdown { await self.sendForever(client) }
        await withTaskGroup { group in
            group.addTask { await self.sendRest(client) }
            group.addTask { try? await self.world.clock.sleep(for: Self.farewell) }
            await group.next()
            group.cancelAll()
        }
        try? await http.shutdown()
    }

    // MARK: - Private

    private func sendForever(_ client: RemoteWriteClient) async {
        var wakes = wake.stream.makeAsyncIterator()
        while !Task.isCancelled {
            switch await sendNext(client.send) {
            case .goOn: continue
            case .wait(let wait): try? await world.clock.sleep(for: wait)
            case nil: await wakes.next()
            }
        }
    }

    private func sendRest(_ client: RemoteWriteClient) async {
        while !Task.isCancelled, await sendNext(client.send) == .goOn {}
    }
}
