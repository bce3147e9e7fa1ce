import ExpositionFormat
import TestSupport
import Testing

@Suite("A remote-write request")
struct RemoteWriteRequestTests {
    typealias Label = RemoteWriteRequest.Label
    typealias Point = RemoteWriteRequest.Point
    typealias Series = RemoteWriteRequest.Series

    static let sample = RemoteWriteRequest(series: [
        Series(
            labels: [Label(name: "__name__", value: "postfix_queue_size"), Label(name: "instance", value: "mx-1.example.org")],
            points: [Point(timestamp: 1_700_000_000_000, value: 17.25), Point(timestamp: 1_700_000_015_000, value: 0)]),
        Series(
            labels: [Label(name: "__name__", value: "up"), Label(name: "zone", value: "Zürich \"2\"\n")],
            points: [
                Point(timestamp: 0, value: 0), Point(timestamp: -1, value: -0.0), Point(timestamp: .max, value: .infinity),
                Point(timestamp: .min, value: Double(bitPattern: 0x7FF0_0000_0000_0002)),
            ]),
        Series(labels: [], points: []),
    ])

    @Test("is decoded as it was encoded, with every bit of its values")
    func roundTrip() throws {
        #expect(try RemoteWriteRequest(decoding: Self.sample.encoded()) == Self.sample)
    }

    @Test("has the bytes that the protocol's description gives")
    func knownBytes() throws {
        let request = RemoteWriteRequest(series: [
            Series(labels: [Label(name: "a", value: "b")], points: [Point(timestamp: 1, value: 1), Point(timestamp: 0, value: 0)])
        ])
        let bytes: [UInt8] = [
            0x0A, 23, 0x0A, 6, 0x0A, 1, 97, 0x12, 1, 98, 0x12, 11, 0x09, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0x10, 1, 0x12, 0,
        ]
        #expect(request.encoded() == bytes)
        #expect(try RemoteWriteRequest(decoding: bytes) == request)
    }

    @Test("may be two encodings one behind the other")
    func concatenation() throws {
        let both = try RemoteWriteRequest(decoding: Self.sample.encoded() + Self.sample.encoded())
        #expect(both.series == Self.sample.series + Self.sample.series)
    }

    @Test(
        "may hold fields that nobody knows",
        arguments: [
            [0x78, 0x05], [0x79, 1, 2, 3, 4, 5, 6, 7, 8], [0x7A, 2, 1, 2], [0x7D, 1, 2, 3, 4],
            // A group with a varint and another group in it.
            [0x7B, 0x08, 1, 0x13, 0x14, 0x7C],
            // Field 1 as a number instead of a message.
            [0x08, 0x01],
        ] as [[UInt8]])
    func unknownFields(bytes: [UInt8]) throws {
        #expect(try RemoteWriteRequest(decoding: bytes + Self.sample.encoded() + bytes) == Self.sample)
    }

    @Test("counts what is passed over")
    func skipped() throws {
        // Metadata; a series with two exemplars; a series whose label is not UTF-8.
        let bytes: [UInt8] = [0x1A, 2, 0x08, 1, 0x0A, 4, 0x1A, 0, 0x1A, 0, 0x0A, 5, 0x0A, 3, 0x12, 1, 0xFF]
        let request = try RemoteWriteRequest(decoding: bytes)
        #expect(request.series == [Series(labels: [], points: [])])
        #expect(request.skipped.metadata == 1)
        #expect(request.skipped.exemplars == 2)
        #expect(request.skipped.seriesWithInvalidText == 1)
    }

    @Test("names what is wrong with its bytes")
    func faults() {
        let cases: [([UInt8], RemoteWriteFault)] = [
            ([0x0A], .truncated(at: 1)),
            ([0x0A, 5, 1], .truncated(at: 1)),
            ([0x0A, 3, 0x12, 9, 0x09], .truncated(at: 3)),
            ([0x0F], .unknownWireType(7, at: 0)),
            ([0x00, 0x00], .invalidFieldNumber(at: 0)),
            ([0x78] + [UInt8](repeating: 0xFF, count: 11), .overlongVarint(at: 1)),
            ([0x7C], .unbalancedGroup(at: 1)),
            ([0x7B, 0x74], .unbalancedGroup(at: 2)),
        ]
        for (bytes, fault) in cases {
            #expect(throws: fault) { try RemoteWriteRequest(decoding: bytes) }
        }
    }

    @Test("that is cut off inside of a series is refused")
    func truncation() throws {
        let bytes = Self.sample.encoded()
        let whole = (1...3).map { RemoteWriteRequest(series: Array(Self.sample.series.prefix($0))).encoded().count }
        for length in 1..<bytes.count where !whole.contains(length) {
            #expect(throws: RemoteWriteFault.self) { try RemoteWriteRequest(decoding: Array(bytes[..<length])) }
        }
    }

    @Test("made of random bytes is read or refused, and never crashes", arguments: 0..<50 as Range<UInt64>)
    func randomBytes(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<400 {
            var bytes = Self.sample.encoded()
            if Bool.random(using: &random) {
                bytes = (0..<Int.random(in: 0..<200, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            } else {
                for _ in 0..<Int.random(in: 1..<6, using: &random) {
                    bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
                }
            }
            _ = try? RemoteWriteRequest(decoding: bytes)
            _ = try? SnappyBlock.decompress(bytes, limit: 1 << 20)
        }
    }
}
