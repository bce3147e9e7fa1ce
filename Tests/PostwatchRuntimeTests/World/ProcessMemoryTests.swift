import Foundation
import PostwatchRuntime
import Testing

@Suite("The memory of the process")
struct ProcessMemoryTests {
    @Test("can be rid of the code that it started with, and goes on")
    func forgetStart() throws {
        for _ in 0..<3 {
            ProcessMemory.forgetStart()
            // Code and constants that were there before, and data that was written to.
            #expect((0..<100).map { "\($0)" }.joined().count == 190)
            #expect(try JSONDecoder().decode([String: Int].self, from: Data(#"{"a": 1}"#.utf8)) == ["a": 1])
        }
    }
}
