import Foundation
import TestSupport
import Testing

@testable import Collectors

@Suite("A line of ten gigabytes")
struct SparseLogTests {
    private let log = GrowingLog()

    @Test("that nobody wrote is passed over, and what follows is read; it takes no memory")
    func hole() throws {
        try log.write(2)
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: log.path))
        try handle.truncate(atOffset: 10 << 30)
        try handle.close()
        let before = peakKilobytes()
        var reading = LogReading(log)
        let clock = ContinuousClock()
        let time = try clock.measure { try reading.readAll() }
        #expect(reading.lines == 3)
        try log.append("\n")
        try log.write(2)
        try reading.restart()
        try reading.readAll()
        #expect(reading.lines == 5)
        #expect(reading.understood == 4)
        #expect(reading.file.unreadBytes() == 0)
        #expect(peakKilobytes() - before < 32_768, "read in \(time)")
        // Not what it takes, which is milliseconds, but what shows that it was not read byte by byte on a busy machine.
        #expect(time < .seconds(5))
    }

    /// The most memory that this process ever had.
    private func peakKilobytes() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss
    }
}
