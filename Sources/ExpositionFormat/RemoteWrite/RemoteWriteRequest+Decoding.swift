extension RemoteWriteRequest {
    /// Decodes the protobuf bytes of a request, already decompressed. Unknown fields are skipped.
    public init(decoding bytes: [UInt8]) throws(RemoteWriteFault) {
        let result: Result<RemoteWriteRequest, RemoteWriteFault> = bytes.withUnsafeBytes { buffer in
            do throws(RemoteWriteFault) {
                return .success(try RemoteWriteRequest(decoding: buffer))
            } catch {
                return .failure(error)
            }
        }
        self = try result.get()
    }

    /// Decodes the protobuf bytes of a request in one pass, without copying anything but label texts.
    public init(decoding bytes: UnsafeRawBufferPointer) throws(RemoteWriteFault) {
        self.init()
        var reader = ProtobufReader(bytes)
        while !reader.isAtEnd {
            let key = try reader.key()
            switch (key.number, key.wireType) {
            case (1, .bytes):
                if let one = try Self.series(reader.message(), &skipped) { series.append(one) }
            case (3, .bytes):
                skipped.metadata += 1
                try reader.skip(key)
            default: try reader.skip(key)
            }
        }
    }

    // MARK: - Private

    /// `nil` when a label is not UTF-8.
    private static func series(_ message: ProtobufReader, _ skipped: inout Skipped) throws(RemoteWriteFault) -> Series? {
        var reader = message
        var series = Series(labels: [], points: [])
        var isText = true
        while !reader.isAtEnd {
            let key = try reader.key()
            switch (key.number, key.wireType) {
            case (1, .bytes):
                if let label = try label(reader.message()) { series.labels.append(label) } else { isText = false }
            case (2, .bytes): series.points.append(try point(reader.message()))
            case (3, .bytes):
                skipped.exemplars += 1
                try reader.skip(key)
            case (4, .bytes): series.histograms.append(try RemoteWriteHistogram(reader.message()))
            default: try reader.skip(key)
            }
        }
        if !isText { skipped.seriesWithInvalidText += 1 }
        return isText ? series : nil
    }

    static func label(_ message: ProtobufReader) throws(RemoteWriteFault) -> Label? {
        var reader = message
        var name: String? = ""
        var value: String? = ""
        while !reader.isAtEnd {
            let key = try reader.key()
            switch (key.number, key.wireType) {
            case (1, .bytes): name = String(validating: try reader.region(), as: UTF8.self)
            case (2, .bytes): value = String(validating: try reader.region(), as: UTF8.self)
            default: try reader.skip(key)
            }
        }
        guard let name, let value else { return nil }
        return Label(name: name, value: value)
    }

    private static func point(_ message: ProtobufReader) throws(RemoteWriteFault) -> Point {
        var reader = message
        // Zero values are left out on the wire.
        var point = Point(timestamp: 0, value: 0)
        while !reader.isAtEnd {
            let key = try reader.key()
            switch (key.number, key.wireType) {
            case (1, .fixed64): point.value = Double(bitPattern: try reader.fixed64())
            case (2, .varint): point.timestamp = Int64(bitPattern: try reader.varint())
            default: try reader.skip(key)
            }
        }
        return point
    }
}
