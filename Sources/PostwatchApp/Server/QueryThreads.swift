import NIOPosix

/// The threads that evaluate queries. There are more of them than processors, and the system shares these out: a few queries that take long
/// hold up neither small ones nor what else the server does.
final class QueryThreads: TaskExecutor {
    private static let count = 8
    private let pool = NIOThreadPool(numberOfThreads: QueryThreads.count)

    /// Starts them. They live as long as the process.
    init() {
        pool.start()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        pool.submit { _ in job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
