/// A remote-write 2.0 request (`io.prometheus.write.v2.Request`) said again in remote write 1.0 (`prometheus.WriteRequest`).
///
/// Symbols become texts again. The metadata of the series become one `MetricMetadata` for each metric family. Created and start
/// timestamps have no place in 1.0 and are left out. Whether names are valid, texts are UTF-8 and samples are in order is for the
/// reader of the result to find out, as with any 1.0 request.
/// Source: Prometheus Remote-Write 2.0 specification; `prompb/io/prometheus/write/v2/types.proto` names the fields.
public struct RemoteWriteTranscript: Hashable, Sendable {
    /// The bytes of the 1.0 request, not compressed. Empty when there is nothing to store.
    public internal(set) var request: [UInt8] = []
    /// Float samples in `request`.
    public internal(set) var samples = 0
    public internal(set) var histograms = 0
    public internal(set) var exemplars = 0
    /// Metric families described in `request`.
    public internal(set) var metadata = 0
    /// Series, exemplars and metadata that were left out because their references mean nothing.
    public internal(set) var refused = 0
    /// What is wrong with the first of those; `nil` when there are none.
    public internal(set) var firstFault: RemoteWriteFault?

    init() {}

    /// Transcodes decompressed bytes. Needs memory for the result and, with a request made to be nasty, ten times the
    /// size of `bytes`.
    ///
    /// `limit` is in bytes and bounds the result: a symbol counts as often as it is referred to. Throws when the bytes are no protobuf
    /// message, when the table of symbols does not begin with the empty text, or when the limit is passed; nothing is usable then.
    /// A series with wrong references is left out and counted in `refused`.
    public init(of bytes: [UInt8], limit: Int) throws(RemoteWriteFault) {
        let result: Result<RemoteWriteTranscript, RemoteWriteFault> = bytes.withUnsafeBytes { buffer in
            do throws(RemoteWriteFault) {
                return .success(try RemoteWriteTranscript(of: buffer, limit: limit))
            } catch {
                return .failure(error)
            }
        }
        self = try result.get()
    }

    /// Transcodes decompressed bytes in place, as above.
    public init(of bytes: UnsafeRawBufferPointer, limit: Int) throws(RemoteWriteFault) {
        guard bytes.count <= Int(UInt32.max) else { throw .unfoldsTooFar(limit: limit) }
        var transcoder = RemoteWriteTranscoder(symbols: try RemoteWriteSymbols(of: bytes), limit: limit)
        try transcoder.transcode(bytes)
        self = transcoder.finish()
    }
}
