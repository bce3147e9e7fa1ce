extension RemoteWriteRequest {
    /// The protobuf bytes of the request, to be compressed with `SnappyBlock`. The encodings of two requests, one behind the other,
    /// are the encoding of a request that holds both.
    public func encoded() -> [UInt8] {
        var request = ProtobufWriter()
        var message = ProtobufWriter()
        var histogram = ProtobufWriter()
        for one in series {
            message.removeAll()
            for label in one.labels {
                message.header(
                    field: 1,
                    count: ProtobufWriter.textSize(label.name.utf8.count) + ProtobufWriter.textSize(label.value.utf8.count))
                message.text(label.name, field: 1)
                message.text(label.value, field: 2)
            }
            for point in one.points {
                message.sample(valueBits: point.value.bitPattern, timestamp: UInt64(bitPattern: point.timestamp))
            }
            for one in one.histograms {
                histogram.removeAll()
                histogram.histogram(one)
                message.header(field: 4, count: histogram.count)
                message.raw(histogram.bytes)
            }
            request.header(field: 1, count: message.count)
            request.raw(message.bytes)
        }
        return request.bytes
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
