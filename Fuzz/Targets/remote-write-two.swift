// fuzz: header Sources/CSnappy
// fuzz: link snappy
// fuzz: module ExpositionFormat Sources/ExpositionFormat
import ExpositionFormat

/// The transcoder of remote write 2.0: what it makes is a 1.0 request with the counts that it names, and within the limit.
enum FuzzTarget: Fuzzing {
    static let seeds: [[UInt8]] = {
        let symbols = ["", "__name__", "up_bucket", "up_sum", "le", "1", "trace_id", "help", "s"].flatMap { message(4, Array($0.utf8)) }
        let labels = message(1, [1, 2, 4, 5])
        let unpacked: [UInt8] = [0x08, 1, 0x08, 3]
        let sample = message(2, [0x09, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0x10, 0xE8, 7, 0x18, 1])
        let span: [UInt8] = [0x08, 4, 0x10, 2]
        let histogram = message(
            3,
            [0x08, 5, 0x19, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0x20, 6] + message(8, span) + message(11, span) + message(12, [2, 4])
                + message(13, [0, 0, 0, 0, 0, 0, 0xF0, 0x3F]) + [0x78, 1] + [0x82, 1, 0])
        let exemplar = message(4, message(1, [6, 5]) + [0x11, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0x18, 1])
        let metadata = message(5, [0x08, 3, 0x18, 7, 0x20, 8])
        return [
            [], symbols,
            symbols + message(5, labels + sample + sample),
            symbols + message(5, labels + sample + metadata) + message(5, unpacked + sample + metadata),
            symbols + message(5, labels + histogram + exemplar),
            message(5, sample + labels + [0x30, 1]) + symbols,
            // References to nothing, and one too many.
            symbols + message(5, message(1, [1, 99]) + sample) + message(5, message(1, [1, 2, 3]) + sample),
        ]
    }()

    /// Small, so that it is met.
    private static let limit = 4096

    static func run(_ input: UnsafeRawBufferPointer) {
        guard let transcript = try? RemoteWriteTranscript(of: input, limit: limit) else { return }
        precondition(transcript.request.count <= limit)
        precondition((transcript.refused == 0) == (transcript.firstFault == nil))
        let request: RemoteWriteRequest
        var columns = RemoteWriteColumns()
        do {
            request = try RemoteWriteRequest(decoding: transcript.request)
            try transcript.request.withUnsafeBytes { try columns.scan($0) }
        } catch {
            preconditionFailure("The transcript is no 1.0 request: \(error)")
        }
        precondition(columns.timestamps.count == transcript.samples)
        precondition(columns.histograms.count == transcript.histograms)
        precondition(columns.exemplars.count == transcript.exemplars)
        precondition(columns.metadata.count == transcript.metadata)
        precondition(columns.gathered.isEmpty, "Labels lie one behind the other")
        guard request.skipped.seriesWithInvalidText == 0 else { return }
        precondition(request.series.map(\.histograms.count).reduce(0, +) == transcript.histograms)
        precondition(request.series.map(\.points.count).reduce(0, +) == transcript.samples)
    }

    private static func message(_ field: UInt8, _ content: [UInt8]) -> [UInt8] {
        precondition(content.count < 128, "The length is one byte")
        return [field << 3 | 2, UInt8(content.count)] + content
    }
}
