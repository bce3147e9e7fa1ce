extension RemoteWriteColumns {
    /// What is to be left out of a request: numbers of series, of samples and of histograms in the columns.
    public struct Exclusions: Hashable, Sendable {
        public var series: Set<Int> = []
        public var samples: Set<Int> = []
        public var histograms: Set<Int> = []

        public init() {}
    }

    /// The bytes of a request that holds the rest, metadata and exemplars included; labels and messages as the sender wrote them. Of a
    /// series that keeps nothing its labels are left out too.
    /// - Parameter request: what was scanned.
    public func encoded(from request: UnsafeRawBufferPointer, without excluded: Exclusions) -> [UInt8] {
        var output = ProtobufWriter()
        var content = ProtobufWriter()
        var (histogram, exemplar) = (0, 0)
        for (number, one) in series.enumerated() {
            content.removeAll()
            for sample in one.samples where !excluded.samples.contains(sample) {
                content.sample(valueBits: values[sample].bitPattern, timestamp: UInt64(bitPattern: timestamps[sample]))
            }
            // Attachments stand in the order of their series.
            while histogram < histograms.count, histograms[histogram].series == number {
                if !excluded.histograms.contains(histogram) { content.message(histograms[histogram].message, of: request, field: 4) }
                histogram += 1
            }
            while exemplar < exemplars.count, exemplars[exemplar].series == number {
                content.message(exemplars[exemplar].message, of: request, field: 3)
                exemplar += 1
            }
            if content.count == 0 || excluded.series.contains(number) { continue }
            output.header(field: 1, count: one.labels.count + content.count)
            if one.isGathered {
                output.raw(Array(gathered[one.labels]))
            } else {
                output.raw(UnsafeRawBufferPointer(rebasing: request[one.labels]))
            }
            output.raw(content.bytes)
        }
        for message in metadata { output.message(message, of: request, field: 3) }
        return output.bytes
    }
}

extension ProtobufWriter {
    /// A message that is taken over as it stands.
    fileprivate mutating func message(_ range: Range<Int>, of request: UnsafeRawBufferPointer, field: Int) {
        header(field: field, count: range.count)
        raw(UnsafeRawBufferPointer(rebasing: request[range]))
    }
}
