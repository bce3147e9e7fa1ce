import ExpositionFormat

/// Reads a page to its end or its first fault and looks into all that it holds: what a fuzzer calls.
enum ExpositionProbe {
    static func drain(_ page: [UInt8], as dialect: ExpositionText.Dialect) {
        page.withUnsafeBytes { bytes in
            var text = ExpositionText(bytes, as: dialect)
            var last = -1
            do throws(ExpositionFault) {
                while let line = try text.next() {
                    precondition(text.offset > last && text.offset <= bytes.count, "the reader goes forward")
                    last = text.offset
                    switch line {
                    case .comment(let comment):
                        _ = ExpositionLabels.unescaped(UnsafeRawBufferPointer(rebasing: bytes[comment.family]))
                        _ = ExpositionLabels.unescaped(UnsafeRawBufferPointer(rebasing: bytes[comment.text]))
                    case .sample(let sample):
                        precondition(sample.value.bitPattern != 0x7FF0_0000_0000_0002, "no page holds a stale marker")
                        _ = ExpositionLabels(UnsafeRawBufferPointer(rebasing: bytes[sample.series]))
                        if let exemplar = sample.exemplar { _ = ExpositionExemplar(UnsafeRawBufferPointer(rebasing: bytes[exemplar])) }
                    }
                }
            } catch {
                _ = error.description
            }
        }
    }
}
