/// A `MetricMetadata` message of a remote-write 1.0 request. Source: `prompb/types.proto`.
public struct RemoteWriteMetadata: Hashable, Sendable {
    /// 0 unknown, 1 counter, 2 gauge, 3 histogram, 4 gauge histogram, 5 summary, 6 info, 7 state set.
    public var kind = 0
    public var family = ""
    public var help = ""
    public var unit = ""

    /// Bytes that are not UTF-8 are replaced.
    public init(decoding message: UnsafeRawBufferPointer) throws(RemoteWriteFault) {
        var reader = ProtobufReader(message)
        while !reader.isAtEnd {
            let key = try reader.key()
            switch (key.number, key.wireType) {
            case (1, .varint): kind = Int(truncatingIfNeeded: try reader.varint())
            case (2, .bytes): family = String(decoding: try reader.region(), as: UTF8.self)
            case (4, .bytes): help = String(decoding: try reader.region(), as: UTF8.self)
            case (5, .bytes): unit = String(decoding: try reader.region(), as: UTF8.self)
            default: try reader.skip(key)
            }
        }
    }
}

/// An `Exemplar` message of a remote-write 1.0 request. Source: `prompb/types.proto`.
public struct RemoteWriteExemplar: Hashable, Sendable {
    public var labels: [RemoteWriteRequest.Label] = []
    public var point = RemoteWriteRequest.Point(timestamp: 0, value: 0)

    /// Labels that are not UTF-8 are left out.
    public init(decoding message: UnsafeRawBufferPointer) throws(RemoteWriteFault) {
        var reader = ProtobufReader(message)
        while !reader.isAtEnd {
            let key = try reader.key()
            switch (key.number, key.wireType) {
            case (1, .bytes): if let label = try RemoteWriteRequest.label(reader.message()) { labels.append(label) }
            case (2, .fixed64): point.value = Double(bitPattern: try reader.fixed64())
            case (3, .varint): point.timestamp = Int64(bitPattern: try reader.varint())
            default: try reader.skip(key)
            }
        }
    }
}
