/// One observation behind a sample, as OpenMetrics writes it: `{trace_id="a"} 0.5 1700000000.1`.
/// Source: OpenMetrics 1.0 specification, section "Exemplars".
public struct ExpositionExemplar: Hashable, Sendable {
    public var labels: [ExpositionLabels.Label]
    public var value: Double
    /// Milliseconds since the epoch; `nil` when it names no time.
    public var timestamp: Int64?

    public init(labels: [ExpositionLabels.Label], value: Double, timestamp: Int64? = nil) {
        self.labels = labels
        self.value = value
        self.timestamp = timestamp
    }

    /// Reads the bytes behind the `#`; `nil` when they are no exemplar.
    public init?(_ bytes: UnsafeRawBufferPointer) {
        guard let end = Self.endOfBraces(bytes) else { return nil }
        let braces = UnsafeRawBufferPointer(rebasing: bytes[..<end])
        let words = bytes[end...].split { $0 == 0x20 || $0 == 0x09 }.map { UnsafeRawBufferPointer(rebasing: $0) }
        guard (1...2).contains(words.count), let value = ExpositionNumber.double(words[0]) else { return nil }
        if braces.dropFirst().dropLast().allSatisfy({ $0 == 0x20 }) {
            labels = []
        } else {
            guard let read = ExpositionLabels(braces) else { return nil }
            labels = read.labels
        }
        self.value = value
        guard words.count == 2 else { return }
        guard let seconds = ExpositionNumber.double(words[1]), let time = Int64(exactly: (seconds * 1000).rounded(.towardZero)) else {
            return nil
        }
        timestamp = time
    }

    // MARK: - Private

    private static func endOfBraces(_ bytes: UnsafeRawBufferPointer) -> Int? {
        guard bytes.first == UInt8(ascii: "{") else { return nil }
        var isQuoted = false
        var position = 1
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\\") where isQuoted: position += 1
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: "}") where !isQuoted: return position + 1
            default: break
            }
            position += 1
        }
        return nil
    }
}
