// fuzz: header Sources/CSnappy
// fuzz: link snappy
// fuzz: module ExpositionFormat Sources/ExpositionFormat
import ExpositionFormat

/// The readers of pages of metrics: they end, go forward, and name only what lies inside of the page.
enum FuzzTarget: Fuzzing {
    static let seeds: [[UInt8]] = [
        [],
        Array("# TYPE a counter\n# HELP a b\\n\na_total{b=\"c\\n\\\"\",d=\"e\"} 1.5e3 17.5 # {f=\"g\"} 0x1p3 1\n# EOF\n".utf8),
        Array("{\"a.b\", \"c\"=\"d\\\\\"} +Inf -12\n# HELP \"x\\\"\" y\nup 1\nup{} NaN\n".utf8),
    ]

    static func run(_ input: UnsafeRawBufferPointer) {
        for dialect in [ExpositionText.Dialect.prometheus, .openMetrics] {
            var text = ExpositionText(input, as: dialect)
            var last = -1
            while let line = try? text.next() {
                precondition(text.offset > last && text.offset <= input.count)
                last = text.offset
                switch line {
                case .comment(let comment):
                    _ = ExpositionLabels.unescaped(UnsafeRawBufferPointer(rebasing: input[comment.family]))
                    _ = ExpositionLabels.unescaped(UnsafeRawBufferPointer(rebasing: input[comment.text]))
                case .sample(let sample):
                    precondition(sample.value.bitPattern != 0x7FF0_0000_0000_0002)
                    _ = ExpositionLabels(UnsafeRawBufferPointer(rebasing: input[sample.series]))
                    if let range = sample.exemplar { _ = ExpositionExemplar(UnsafeRawBufferPointer(rebasing: input[range])) }
                }
            }
        }
        var nothing = Nothing()
        try? ExpositionMessages(keepsClassicBuckets: true).read(input, &nothing)
    }

    private struct Nothing: ExpositionMessages.Reader {
        mutating func family(_ name: String, kind: String, help: String, unit: String) {}
        mutating func sample(_ series: UnsafeRawBufferPointer, _ value: Double, at timestamp: Int64?, exemplar: ExpositionExemplar?) {}
        mutating func histogram(_ series: UnsafeRawBufferPointer, _ fields: [UInt8], at timestamp: Int64?) {}
    }
}
