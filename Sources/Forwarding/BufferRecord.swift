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
        var request = RemoteWriteRequest()
        for sample in samples {
            let labels = sample.labels.labels.map { RemoteWriteRequest.Label(name: $0.name, value: $0.value) }
            if request.series.last?.labels != labels { request.series.append(RemoteWriteRequest.Series(labels: labels, points: [])) }
            let last = request.series.count - 1
            if let histogram = sample.histogram {
                request.series[last].histograms.append(RemoteWriteHistogram(histogram, at: sample.timestamp))
            } else {
                request.series[last].points.append(
                    RemoteWriteRequest.Point(timestamp: sample.timestamp.milliseconds, value: sample.value))
            }
        }
        return record(of: SnappyBlock.compress(request.encoded()), samples: samples.count)
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
