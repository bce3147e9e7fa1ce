// fuzz: header Sources/CSnappy
// fuzz: link snappy
// fuzz: module ExpositionFormat Sources/ExpositionFormat
import ExpositionFormat

/// The decoders of remote write 1.0: they agree on what is a request and on what it holds.
enum FuzzTarget: Fuzzing {
    static let seeds: [[UInt8]] = [
        [],
        RemoteWriteRequest(series: [
            .init(
                labels: [.init(name: "__name__", value: "up"), .init(name: "instance", value: "mx-1")],
                points: [
                    .init(timestamp: 1_700_000_000_000, value: 1), .init(timestamp: -1, value: .nan), .init(timestamp: 0, value: 0),
                ]),
            .init(labels: [], points: []),
        ]).encoded(),
        // A series with an exemplar and a histogram, metadata, an unknown group.
        [0x0A, 24, 0x0A, 6, 0x0A, 1, 97, 0x12, 1, 98, 0x1A, 2, 0x18, 1, 0x22, 4, 0x08, 5, 0x78, 1, 0x0A, 6, 0x0A, 1, 99, 0x12, 1, 100],
        [0x1A, 5, 0x08, 1, 0x12, 1, 97, 0x7B, 0x08, 1, 0x7C],
    ]

    static func run(_ input: UnsafeRawBufferPointer) {
        let request = Result { try RemoteWriteRequest(decoding: input) }
        var columns = RemoteWriteColumns()
        let scan = Result { try columns.scan(input) }
        // Read or refused, whatever they are.
        for range in columns.metadata { _ = try? RemoteWriteMetadata(decoding: UnsafeRawBufferPointer(rebasing: input[range])) }
        for one in columns.exemplars { _ = try? RemoteWriteExemplar(decoding: UnsafeRawBufferPointer(rebasing: input[one.message])) }
        switch (request, scan) {
        case (.success(let request), .success): compare(request, columns)
        case (.failure, .failure): break
        // The scan leaves labels for later, so it may overlook what is wrong with one.
        case (.failure, .success): break
        case (.success, .failure(let fault)): preconditionFailure("The scan refused a good request: \(fault)")
        }
    }

    private static func compare(_ request: RemoteWriteRequest, _ columns: RemoteWriteColumns) {
        precondition(columns.series.count == request.series.count + request.skipped.seriesWithInvalidText)
        precondition(columns.exemplars.count == request.skipped.exemplars)
        precondition(columns.metadata.count == request.skipped.metadata)
        guard request.skipped.seriesWithInvalidText == 0 else { return }
        precondition(columns.histograms.count == request.series.map(\.histograms.count).reduce(0, +))
        for (series, column) in zip(request.series, columns.series) {
            precondition(series.points.map(\.timestamp) == Array(columns.timestamps[column.samples]))
            precondition(series.points.map(\.value.bitPattern) == columns.values[column.samples].map(\.bitPattern))
        }
        // What was read can be written, and is read again as the same.
        let again = Result { try RemoteWriteRequest(decoding: request.encoded()) }
        // By bytes: a histogram may hold a NaN, which does not equal itself.
        guard case .success(let again) = again, again.encoded() == request.encoded() else {
            preconditionFailure("The request changed on its way through the encoder")
        }
    }
}
