import ExpositionFormat
import TestSupport
import Testing

@Suite("Pages of metrics as protobuf")
struct ExpositionMessagesTests {
    /// What a page says, one line each.
    struct Lines: ExpositionMessages.Reader {
        var lines: [String] = []

        mutating func family(_ name: String, kind: String, help: String, unit: String) {
            lines.append("\(kind) \(name): \(help)")
        }

        mutating func sample(_ series: UnsafeRawBufferPointer, _ value: Double, at timestamp: Int64?, exemplar: ExpositionExemplar?) {
            lines.append(
                "\(String(decoding: series, as: UTF8.self)) \(value)\(timestamp.map { " @\($0)" } ?? "")"
                    + (exemplar.map { " # \($0.value) @\($0.timestamp ?? 0)" } ?? ""))
        }

        mutating func histogram(_ series: UnsafeRawBufferPointer, _ fields: [UInt8], at timestamp: Int64?) {
            lines.append("\(String(decoding: series, as: UTF8.self)) \(fields)")
        }
    }

    /// A counter with an exemplar, a summary, a classic and a native histogram.
    static let page: [UInt8] = {
        let label = message(1, message(1, "a") + message(2, "b\""))
        let exemplar = message(
            2, message(1, message(1, "t") + message(2, "x")) + double(2, 0.5) + message(3, [0x08, 2, 0x10, 0xC0, 0x84, 0x3D]))
        let counter = family("c_total", 0, label + message(3, double(1, 7) + exemplar) + [0x30, 5])
        let summary = family("s", 2, message(4, [0x08, 3] + double(2, 1.5) + message(3, double(1, 0.5) + double(2, 9))))
        let classic = family("h", 4, message(7, [0x08, 4] + double(2, 2.5) + message(3, [0x08, 1] + double(2, 1))))
        let spans = message(12, [0x08, 2, 0x10, 1])
        let native = family("n", 4, message(7, [0x08, 4] + double(2, 2.5) + [0x28, 6] + double(6, 0.25) + spans + message(13, [8])))
        return counter + summary + classic + native
    }()

    @Test("Families, values, exemplars and both kinds of histograms are read")
    func whole() throws {
        var lines = Lines()
        try Self.page.withUnsafeBytes { try ExpositionMessages().read($0, &lines) }
        #expect(
            lines.lines == [
                "counter c_total: help", #"{"c_total","a"="b\"",} 7.0 @5 # 0.5 @2001"#, "summary s: help", #"{"s_count",} 3.0"#,
                #"{"s_sum",} 1.5"#, #"{"s",quantile="0.5",} 9.0"#, "histogram h: help", #"{"h_bucket",le="1.0",} 1.0"#,
                #"{"h_bucket",le="+Inf",} 4.0"#, #"{"h_sum",} 2.5"#, #"{"h_count",} 4.0"#, "histogram n: help",
                // schema, zero threshold, positive spans and deltas; then count and sum.
                #"{"n",} [32, 6, 41, 0, 0, 0, 0, 0, 0, 208, 63, 90, 4, 8, 2, 16, 1, 98, 1, 8, 8, 4, 25, 0, 0, 0, 0, 0, 0, 4, 64]"#,
            ])
    }

    @Test("Whatever the bytes are, the reader ends")
    func mutations() {
        var generator = SeededGenerator(seed: 9)
        for _ in 0..<5000 {
            var page = Self.page
            for _ in 0...Int.random(in: 0..<5, using: &generator) {
                let place = Int.random(in: 0..<page.count, using: &generator)
                if Bool.random(using: &generator) {
                    page[place] = UInt8.random(in: 0...255, using: &generator)
                } else {
                    page.remove(at: place)
                }
            }
            var lines = Lines()
            _ = page.withUnsafeBytes { try? ExpositionMessages(keepsClassicBuckets: true).read($0, &lines) }
        }
    }

    // MARK: - Private

    private static func family(_ name: String, _ type: UInt8, _ metric: [UInt8]) -> [UInt8] {
        let content = message(1, name) + message(2, "help") + [0x18, type] + message(4, metric)
        return [UInt8(content.count)] + content
    }

    private static func message(_ field: UInt8, _ text: String) -> [UInt8] {
        message(field, Array(text.utf8))
    }

    private static func message(_ field: UInt8, _ content: [UInt8]) -> [UInt8] {
        [field << 3 | 2, UInt8(content.count)] + content
    }

    private static func double(_ field: UInt8, _ value: Double) -> [UInt8] {
        [field << 3 | 1] + withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
    }
}
