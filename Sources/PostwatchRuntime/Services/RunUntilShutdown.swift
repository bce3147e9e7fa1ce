import ServiceLifecycle

/// Runs a loop that only ends by being cancelled, until the service group shuts down; then returns normally, as a `Service` must.
/// An error other than cancellation is our bug or a fault that nobody handled: it is thrown and stops the program.
public func runUntilShutdown(_ loop: @escaping @Sendable () async throws -> Void) async throws {
    do {
        try await cancelWhenGracefulShutdown(loop)
    } catch is CancellationError {
        return
    }
}
