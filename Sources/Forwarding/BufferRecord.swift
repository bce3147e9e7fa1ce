import ExpositionFormat
import PostwatchModel

/// One record of the buffer: a request as it will be sent, and how many samples it holds. `docs/formats/forward-buffer.md`.
enum BufferRecord {
    static let version: UInt8 = 1
    /// Version and number of samples, before the content.
    static let headBytes = 5
    /// The largest request that is put together again from the buffer.
    static let contentLimit = 256 << 20

    static func encode(_ samples: ArraySlice<Sample>) -> [UInt8] {
        var encoder = RemoteWriteEncoder()
        var rest = samples
        while let labels = rest.first?.labels {
            let series = rest.prefix { $0.labels == labels }
            encoder.append(
                labels: labels.bytes,
                points: series.compactMap { sample in
                    guard sample.histogram == nil else { return nil }
                    return RemoteWriteRequest.Point(timestamp: sample.timestamp.milliseconds, value: sample.value)
                },
                histograms: series.compactMap { sample in
                    sample.histogram.map { RemoteWriteHistogram($0, at: sample.timestamp) }
                })
            rest = rest[series.endIndex...]
        }
        return record(of: SnappyBlock.compress(encoder.bytes), samples: samples.count)
    }

    /// - Parameter block: a request as a snappy block, or lines of reports.
    static func record(of block: [UInt8], samples: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt32(samples).littleEndian) { [version] + $0 } + block
    }

    /// How many samples a record holds; `nil` when it is not one.
    static func sampleCount(_ record: UnsafeRawBufferPointer) -> Int? {
        guard record.count > headBytes, record[0] == version else { return nil }
        return Int(UInt32(littleEndian: record.loadUnaligned(fromByteOffset: 1, as: UInt32.self)))
    }

    /// The body of one request with the samples of all `records`, in order. A record that cannot be read is left out.
    static func body(of records: [[UInt8]]) -> [UInt8] {
        if records.count == 1 { return Array(records[0].dropFirst(headBytes)) }
        // Two encoded requests, one behind the other, are the encoding of both.
        let contents = records.compactMap { try? SnappyBlock.decompress(Array($0.dropFirst(headBytes)), limit: contentLimit) }
        return SnappyBlock.compress(Array(contents.joined()))
    }
}
