/// Writes a remote-write 1.0 request series by series, whose labels are in the form of the wire already.
/// Source: `prompb/types.proto` and `prompb/remote.proto` name the fields.
public struct RemoteWriteEncoder: Sendable {
    private var request = ProtobufWriter()
    private var message = ProtobufWriter()
    private var histogram = ProtobufWriter()

    public init() {}

    /// The protobuf bytes of all series so far, to be compressed with `SnappyBlock`. The encodings of two requests, one behind the other,
    /// are the encoding of a request that holds both.
    public var bytes: [UInt8] { request.bytes }

    /// Adds a series.
    /// - Parameter labels: its `labels` fields, one behind the other; a proper sender sorts them by name.
    public mutating func append(labels: [UInt8], points: [RemoteWriteRequest.Point], histograms: [RemoteWriteHistogram] = []) {
        message.removeAll()
        for point in points {
            message.sample(valueBits: point.value.bitPattern, timestamp: UInt64(bitPattern: point.timestamp))
        }
        for one in histograms {
            histogram.removeAll()
            histogram.histogram(one)
            message.header(field: 4, count: histogram.count)
            message.raw(histogram.bytes)
        }
        request.header(field: 1, count: labels.count + message.count)
        request.raw(labels)
        request.raw(message.bytes)
    }
}
