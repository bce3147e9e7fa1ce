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
        try reading.readAll()
        // A look takes a mebibyte: byte by byte there would be ten thousand.
        #expect(reading.looks < 10)
        #expect(reading.lines == 3)
        try log.append("\n")
        try log.write(2)
        try reading.restart()
        try reading.readAll()
        #expect(reading.lines == 5)
        #expect(reading.understood == 4)
        #expect(reading.file.unreadBytes() == 0)
        #expect(peakKilobytes() - before < 32_768)
    }

    /// The most memory that this process ever had.
    private func peakKilobytes() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss
    }
}
