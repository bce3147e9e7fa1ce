/// One process as `/proc/<pid>/stat` tells it. Source: proc(5).
struct ProcessStatus: Hashable, Sendable {
    /// What a process does, under process-exporter's words.
    enum State: String, CaseIterable, Hashable, Sendable {
        case running = "Running"
        case sleeping = "Sleeping"
        /// Waits for a disk, and cannot be interrupted.
        case waiting = "Waiting"
        case zombie = "Zombie"
        case other = "Other"

        init(_ letter: UInt8) {
            switch letter {
            case UInt8(ascii: "R"): self = .running
            case UInt8(ascii: "S"): self = .sleeping
            case UInt8(ascii: "D"): self = .waiting
            case UInt8(ascii: "Z"): self = .zombie
            default: self = .other
            }
        }
    }

    /// Bytes of a name that the kernel keeps: `TASK_COMM_LEN` without its NUL.
    static let longestCommand = 15

    let id: ProcessIdentity
    let command: String
    let state: State
    let parent: Int32
    let isOfKernel: Bool
    let majorFaults: UInt64
    let userTicks: UInt64
    let systemTicks: UInt64
    let threads: UInt64
    let virtualBytes: UInt64
    let residentPages: UInt64

    /// `nil` when the line is not as proc(5) says.
    init?(_ line: ArraySlice<UInt8>) {
        // The name may hold anything, blanks and parentheses included: it ends at the last one.
        guard let open = line.firstIndex(of: UInt8(ascii: "(")), let close = line.lastIndex(of: UInt8(ascii: ")")), open < close,
            let number = Int32(String(decoding: line[..<open].dropLast(), as: UTF8.self)), line.endIndex > close + 2
        else { return nil }
        command = String(decoding: line[(open + 1)..<close], as: UTF8.self)
        state = State(line[close + 2])
        var numbers = [UInt64](repeating: 0, count: Field.count)
        guard Self.read(line[(close + 3)...], into: &numbers) else { return nil }
        parent = Int32(truncatingIfNeeded: numbers[Field.parent])
        isOfKernel = numbers[Field.flags] & Self.kernelThread != 0
        majorFaults = numbers[Field.majorFaults]
        userTicks = numbers[Field.userTicks]
        systemTicks = numbers[Field.systemTicks]
        threads = numbers[Field.threads]
        virtualBytes = numbers[Field.virtualBytes]
        residentPages = numbers[Field.residentPages]
        id = ProcessIdentity(number: number, startTicks: numbers[Field.startTicks])
    }

    // MARK: - Private

    /// Positions behind the state.
    private enum Field {
        static let parent = 0
        static let flags = 5
        static let majorFaults = 8
        static let userTicks = 10
        static let systemTicks = 11
        static let threads = 16
        static let startTicks = 18
        static let virtualBytes = 19
        static let residentPages = 20
        static let count = 21
    }

    /// `PF_KTHREAD`
    private static let kernelThread: UInt64 = 0x0020_0000

    /// Takes as many numbers as there is room for; those below 0 are none that anybody reads here, and count as 0. Whether there were
    /// so many.
    private static func read(_ text: ArraySlice<UInt8>, into numbers: inout [UInt64]) -> Bool {
        var position = -1
        var isInside = false
        var isNegative = false
        for byte in text {
            switch byte {
            case 48...57:
                if !isInside {
                    position += 1
                    if position == numbers.count { return true }
                    isInside = true
                }
                if !isNegative { numbers[position] = numbers[position] &* 10 &+ UInt64(byte - 48) }
            case UInt8(ascii: "-") where !isInside:
                isNegative = true
            case UInt8(ascii: " "), UInt8(ascii: "\n"):
                isInside = false
                isNegative = false
            default:
                return false
            }
        }
        return position == numbers.count - 1
    }
}
