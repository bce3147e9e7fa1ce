import ExpositionFormat
import Testing

@Suite("A histogram of a remote-write request")
struct RemoteWriteHistogramTests {
    typealias Wire = WireBytes
    typealias Span = RemoteWriteHistogram.Span

    static let whole: RemoteWriteHistogram = {
        var histogram = RemoteWriteHistogram()
        histogram.timestamp = 1_700_000_000_000
        histogram.count = .whole(12)
        histogram.sum = 18.5
        histogram.schema = -4
        histogram.zeroThreshold = 0.001
        histogram.zeroCount = .whole(2)
        histogram.negative = .init(spans: [Span(offset: -3, length: 1)], deltas: [1])
        histogram.positive = .init(spans: [Span(offset: 0, length: 2), Span(offset: 3, length: 1)], deltas: [4, -1, -1])
        histogram.resetHint = 2
        return histogram
    }()

    static let fractional: RemoteWriteHistogram = {
        var histogram = RemoteWriteHistogram()
        histogram.timestamp = -5
        histogram.count = .fraction(0)
        histogram.sum = .infinity
        histogram.schema = -53
        histogram.zeroCount = .fraction(0)
        histogram.positive = .init(spans: [Span(offset: 1, length: 2)], counts: [0.5, 2.25])
        histogram.resetHint = 3
        histogram.customValues = [-1, 0, 0.5]
        return histogram
    }()

    @Test("is decoded as it was encoded, also when it counts nothing", arguments: [whole, fractional, RemoteWriteHistogram()])
    func roundTrip(histogram: RemoteWriteHistogram) throws {
        let series = RemoteWriteRequest.Series(labels: [.init(name: "a", value: "b")], points: [], histograms: [histogram, histogram])
        let request = RemoteWriteRequest(series: [series])
        #expect(try RemoteWriteRequest(decoding: request.encoded()) == request)
    }

    @Test("has the bytes that the protocol's description gives; repeated numbers may be packed or not", arguments: [true, false])
    func knownBytes(isPacked: Bool) throws {
        let deltas = [8, 1, 1] as [UInt64]
        let bytes: [UInt8] =
            Wire.number(1, 12) + Wire.double(3, 18.5) + Wire.number(4, 7) + Wire.double(5, 0.001) + Wire.number(6, 2)
            + Wire.message(8, Wire.number(1, 5), Wire.number(2, 1)) + (isPacked ? Wire.packed(9, [2]) : Wire.number(9, 2))
            + Wire.message(11, Wire.number(2, 2)) + Wire.message(11, Wire.number(1, 6), Wire.number(2, 1))
            + (isPacked ? Wire.packed(12, deltas) : deltas.flatMap { Wire.number(12, $0) }) + Wire.number(14, 2)
            + Wire.number(15, 1_700_000_000_000) + Wire.number(17, 99)
        #expect(try bytes.withUnsafeBytes { try RemoteWriteHistogram(decoding: $0) } == Self.whole)
    }

    @Test("that ends too early is refused")
    func truncated() throws {
        let request = RemoteWriteRequest(series: [.init(labels: [], points: [], histograms: [Self.whole])])
        let message = Array(request.encoded().dropFirst(4))
        for length in message.indices {
            _ = message.prefix(length).withUnsafeBytes { try? RemoteWriteHistogram(decoding: $0) }
        }
        #expect(throws: RemoteWriteFault.truncated(at: 1)) {
            try ([0x62, 5, 1] as [UInt8]).withUnsafeBytes { try RemoteWriteHistogram(decoding: $0) }
        }
    }
}

@Suite("What is left of a request when parts of it are refused")
struct RemoteWriteExclusionTests {
    @Test("keeps labels, exemplars, histograms and metadata as they were written")
    func exclusions() throws {
        func label(_ text: String) -> [UInt8] { WireBytes.message(1, WireBytes.text(1, text), WireBytes.text(2, text)) }
        func sample(_ time: UInt64) -> [UInt8] { WireBytes.message(2, WireBytes.double(1, 1), WireBytes.number(2, time)) }
        let exemplar = WireBytes.message(3, WireBytes.number(3, 7))
        let histogram = WireBytes.message(4, WireBytes.number(15, 8))
        let other = WireBytes.message(4, WireBytes.number(15, 9))
        let metadata = WireBytes.message(3, WireBytes.text(2, "family"))
        let bytes =
            WireBytes.message(1, label("refused"), sample(1), exemplar) + metadata
            + WireBytes.message(1, label("a"), sample(1), exemplar, sample(2), other, histogram) + WireBytes.message(1, label("empty"))
            + WireBytes.message(1, label("b"), histogram, label("gathered"))
        var columns = RemoteWriteColumns()
        var excluded = RemoteWriteColumns.Exclusions()
        excluded.series = [0]
        excluded.samples = [2]
        excluded.histograms = [0]
        let rest = try bytes.withUnsafeBytes { bytes in
            try columns.scan(bytes)
            return columns.encoded(from: bytes, without: excluded)
        }
        let expected =
            WireBytes.message(1, label("a"), sample(1), histogram, exemplar)
            + WireBytes.message(1, label("b"), label("gathered"), histogram) + metadata
        #expect(rest == expected)
    }
}
