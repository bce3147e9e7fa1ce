import Journeys
import ServiceLifecycle

/// Closes the books of probe messages when all runs have ended. Stands before the journeys in the order of services, and so ends after them.
struct ProbeBookService: Service {
    let books: ProbeAccounting

    func run() async throws {
        try? await gracefulShutdown()
        await books.close()
    }
}
