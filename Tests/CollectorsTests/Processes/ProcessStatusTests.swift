import Testing

@testable import Collectors

@Suite("The status of a process")
struct ProcessStatusTests {
    private static let tail = "S 1 2 3 0 -1 4194560 10 11 12 13 14 15 -16 17 20 0 5 0 12345 8192 7 18446744073709551615 1 2"

    @Test("is read to where it matters")
    func whole() {
        let status = Self.read("42 (qmgr) \(Self.tail)\n")
        #expect(status?.id == ProcessIdentity(number: 42, startTicks: 12345))
        #expect(status?.command == "qmgr")
        #expect(status?.state == .sleeping)
        #expect(status?.parent == 1)
        #expect(status?.majorFaults == 12)
        #expect(status?.userTicks == 14)
        #expect(status?.systemTicks == 15)
        #expect(status?.threads == 5)
        #expect(status?.virtualBytes == 8192)
        #expect(status?.residentPages == 7)
        #expect(status?.isOfKernel == false)
        #expect(Self.read("2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 9 0 0 1")?.isOfKernel == true)
    }

    @Test("has names as strange as processes give themselves", arguments: ["a b", "(sd-pam)", ") R 9 (", "", "a\nb"])
    func names(command: String) {
        #expect(Self.read("42 (\(command)) \(Self.tail)")?.command == command)
    }

    @Test(
        "is nothing when the kernel never wrote it",
        arguments: ["", "42", "42 (a", "42 a) S 1", "x (a) \(tail)", "42 (a)", "42 (a) ", "42 (a) S", "42 (a) S 1 2 3", "42 (a) S 1 x 3"])
    func hostile(line: String) {
        #expect(Self.read(line) == nil)
    }

    private static func read(_ line: String) -> ProcessStatus? {
        ProcessStatus(Array(line.utf8)[...])
    }
}
