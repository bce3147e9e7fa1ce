/// The texts of a remote-write 2.0 request, where they lie in its bytes.
struct RemoteWriteSymbols {
    /// 8 bytes instead of 16: a symbol may be as short as 2 bytes, and the table should not outgrow the request by much.
    private struct Place {
        let offset: UInt32
        let count: UInt32
    }

    private let request: UnsafeRawBufferPointer
    private var places: [Place] = []

    /// Collects the symbols wherever they stand in the request: protobuf does not promise that they come before the series.
    /// The request must be smaller than 4 GiB.
    init(of request: UnsafeRawBufferPointer) throws(RemoteWriteFault) {
        precondition(request.count <= Int(UInt32.max), "The caller limits what a request may unfold to")
        self.request = request
        var reader = ProtobufReader(request)
        while !reader.isAtEnd {
            let start = reader.position
            let key = try reader.key()
            guard key == ProtobufReader.Key(number: 4, wireType: .bytes) else {
                try reader.skip(key)
                continue
            }
            let text = try reader.region()
            if places.isEmpty, !text.isEmpty { throw .firstSymbolNotEmpty(at: start) }
            places.append(Place(offset: UInt32(reader.offset - text.count), count: UInt32(text.count)))
        }
    }

    var count: Int { places.count }

    /// The text of a reference that is below `count`.
    subscript(reference: UInt32) -> UnsafeRawBufferPointer {
        let place = places[Int(reference)]
        return UnsafeRawBufferPointer(rebasing: request[Int(place.offset)..<(Int(place.offset) + Int(place.count))])
    }
}
