import Foundation

/// The processor time of this process.
enum Processor {
    /// User and system time of all threads since the start.
    static var seconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// What `body` takes.
    static func seconds(of body: () throws -> Void) rethrows -> Double {
        let begin = seconds
        try body()
        return seconds - begin
    }
}
