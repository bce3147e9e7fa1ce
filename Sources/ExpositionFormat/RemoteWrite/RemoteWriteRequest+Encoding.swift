extension RemoteWriteRequest {
    /// The protobuf bytes of the request, to be compressed with `SnappyBlock`. The encodings of two requests, one behind the other,
    /// are the encoding of a request that holds both.
    public func encoded() -> [UInt8] {
        var encoder = RemoteWriteEncoder()
        var labels = ProtobufWriter()
        for one in series {
            labels.removeAll()
            for label in one.labels {
                labels.header(
                    field: 1,
                    count: ProtobufWriter.textSize(label.name.utf8.count) + ProtobufWriter.textSize(label.value.utf8.count))
                labels.text(label.name, field: 1)
                labels.text(label.value, field: 2)
            }
            encoder.append(labels: labels.bytes, points: one.points, histograms: one.histograms)
        }
        return encoder.bytes
    }
}

extension ProtobufWriter {
    /// `TimeSeries.samples` of remote write 1.0.
    mutating func sample(valueBits: UInt64, timestamp: UInt64) {
        header(field: 2, count: Self.doubleSize(bits: valueBits) + Self.numberSize(timestamp))
        double(bits: valueBits, field: 1)
        number(timestamp, field: 2)
    }
}
