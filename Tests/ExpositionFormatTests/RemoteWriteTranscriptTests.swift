import ExpositionFormat
import TestSupport
import Testing

@Suite("A remote-write 2.0 request, said again in 1.0")
struct RemoteWriteTranscriptTests {
    typealias Label = RemoteWriteRequest.Label
    typealias Point = RemoteWriteRequest.Point
    typealias Wire = WireBytes

    static let texts = [
        "", "__name__", "postfix_queue_size", "instance", "mx-1.example.org", "trace_id", "abc", "Mails that wait.", "mails",
        "delay_seconds_bucket", "delay_seconds_sum", "Seconds until a mail is gone.",
    ]
    static let symbols = texts.flatMap { Wire.text(4, $0) }
    static let name: [UInt64] = [1, 2, 3, 4]
    static let sample = Wire.message(2, Wire.double(1, 17.25), Wire.number(2, 1_700_000_000_000))
    static let labels = [Label(name: "__name__", value: "postfix_queue_size"), Label(name: "instance", value: "mx-1.example.org")]

    func transcript(_ parts: [UInt8]..., limit: Int = 1 << 20) throws(RemoteWriteFault) -> RemoteWriteTranscript {
        try RemoteWriteTranscript(of: Array(parts.joined()), limit: limit)
    }

    @Test("has the labels and samples that its references stand for, packed or not")
    func samples() throws {
        let stale = Wire.message(2, Wire.double(1, Double(bitPattern: 0x7FF0_0000_0000_0002)), Wire.number(2, UInt64(bitPattern: -1)))
        for references in [Wire.packed(1, Self.name), Self.name.flatMap { Wire.number(1, $0) }] {
            let transcript = try transcript(Self.symbols, Wire.message(5, references, Self.sample, stale, Wire.message(2)))
            let request = try RemoteWriteRequest(decoding: transcript.request)
            let points = [
                Point(timestamp: 1_700_000_000_000, value: 17.25),
                Point(timestamp: -1, value: Double(bitPattern: 0x7FF0_0000_0000_0002)), Point(timestamp: 0, value: 0),
            ]
            #expect(request.series == [RemoteWriteRequest.Series(labels: Self.labels, points: points)])
            #expect(transcript.samples == 3)
            #expect(transcript.refused == 0)
        }
    }

    @Test("has the bytes that an encoder of 1.0 would have written")
    func knownBytes() throws {
        let points = [Point(timestamp: 1_700_000_000_000, value: 17.25)]
        let expected = RemoteWriteRequest(series: [RemoteWriteRequest.Series(labels: Self.labels, points: points)])
        // A start timestamp (field 3), which 1.0 does not know.
        let sample = Wire.message(2, Wire.double(1, 17.25), Wire.number(2, 1_700_000_000_000), Wire.number(3, 1_600_000_000_000))
        #expect(
            try transcript(Self.symbols, Wire.message(5, Wire.packed(1, Self.name), sample)).request == expected.encoded())
    }

    @Test("is the same when the symbols come last and the labels behind the samples")
    func anyOrder() throws {
        let ordered = try transcript(Self.symbols, Wire.message(5, Wire.packed(1, Self.name), Self.sample))
        let reversed = try transcript(Wire.message(5, Self.sample, Wire.packed(1, Self.name)), Self.symbols)
        #expect(ordered == reversed)
    }

    @Test("keeps histograms and exemplars")
    func attachments() throws {
        let span = Wire.message(11, Wire.number(1, 4), Wire.number(2, 2))
        let histogram = [
            Wire.number(1, 5), Wire.double(3, 2.5), Wire.number(4, 6), span, Wire.packed(12, [2, 4]), Wire.number(15, 1000),
            Wire.packed(16, []),
        ].flatMap { $0 }
        let exemplar = Wire.message(4, Wire.packed(1, [5, 6]), Wire.double(2, 0.5), Wire.number(3, 1000))
        let transcript = try transcript(
            Self.symbols, Wire.message(5, Wire.packed(1, Self.name), Wire.message(3, histogram), exemplar))
        let label = { (name: String, value: String) in Wire.message(1, Wire.text(1, name), Wire.text(2, value)) }
        let expected = Wire.message(
            1, label("__name__", "postfix_queue_size"), label("instance", "mx-1.example.org"), Wire.message(4, histogram),
            Wire.message(3, label("trace_id", "abc"), Wire.double(2, 0.5), Wire.number(3, 1000)))
        #expect(transcript.request == expected)
        #expect(transcript.histograms == 1)
        #expect(transcript.exemplars == 1)
    }

    @Test("describes each metric family once, however many series carry its metadata")
    func metadata() throws {
        let gauge = Wire.message(5, Wire.number(1, 2), Wire.number(3, 7), Wire.number(4, 8))
        let histogram = Wire.message(5, Wire.number(1, 3), Wire.number(3, 11))
        let transcript = try transcript(
            Self.symbols, Wire.message(5, Wire.packed(1, Self.name), gauge), Wire.message(5, Wire.packed(1, [1, 2]), gauge),
            Wire.message(5, Wire.packed(1, [1, 9]), histogram), Wire.message(5, Wire.packed(1, [1, 10]), histogram),
            Wire.message(5, Wire.packed(1, [1, 4]), Wire.message(5)),
            Wire.message(5, Wire.packed(1, [1, 6]), Wire.message(5, Wire.number(1, 99), Wire.number(4, 8))))
        let expected = [
            Wire.message(3, Wire.number(1, 2), Wire.text(2, "postfix_queue_size"), Wire.text(4, "Mails that wait."), Wire.text(5, "mails")),
            Wire.message(3, Wire.number(1, 3), Wire.text(2, "delay_seconds"), Wire.text(4, "Seconds until a mail is gone.")),
            // A type that nobody knows.
            Wire.message(3, Wire.text(2, "abc"), Wire.text(5, "mails")),
        ]
        #expect(transcript.request == expected.flatMap { $0 })
        #expect(transcript.metadata == 3)
        #expect(transcript.samples == 0)
    }

    @Test(
        "keeps the good series when others refer to nothing, and names the first fault",
        arguments: [
            (Wire.packed(1, [1, 2, 3]), "3 references to symbols"), (Wire.packed(1, [1, 12]), "symbol 12, but the request has 12"),
            (Wire.packed(1, [.max, 1]), "symbol 4294967295"),
        ] as [([UInt8], String)])
    func badReferences(references: [UInt8], fault: String) throws {
        let bad = Wire.message(5, references, Self.sample)
        let good = Wire.message(5, Wire.packed(1, Self.name), Self.sample)
        let transcript = try transcript(Self.symbols, bad, good, bad)
        #expect(try RemoteWriteRequest(decoding: transcript.request).series.map(\.labels) == [Self.labels])
        #expect(transcript.samples == 1)
        #expect(transcript.refused == 2)
        #expect(transcript.firstFault?.description.contains(fault) == true)
    }

    @Test("loses an exemplar or metadata with a wrong reference, but not the sample beside it")
    func badAttachments() throws {
        let exemplar = Wire.message(4, Wire.packed(1, [5]), Wire.double(2, 0.5))
        let metadata = Wire.message(5, Wire.number(1, 2), Wire.number(3, 99))
        let transcript = try transcript(Self.symbols, Wire.message(5, Wire.packed(1, Self.name), Self.sample, exemplar, metadata))
        #expect(transcript.samples == 1)
        #expect(transcript.exemplars == 0)
        #expect(transcript.metadata == 0)
        #expect(transcript.refused == 2)
        guard case .unpairedReference(count: 1, at: _)? = transcript.firstFault else {
            Issue.record("the exemplar comes first: \(String(describing: transcript.firstFault))")
            return
        }
    }

    @Test("is refused when its symbols do not begin with the empty text")
    func firstSymbol() {
        #expect(throws: RemoteWriteFault.firstSymbolNotEmpty(at: 0)) { try transcript(Wire.text(4, "__name__")) }
    }

    @Test("is empty when the request is")
    func empty() throws {
        #expect(try transcript().request == [])
        #expect(try transcript(Wire.text(4, "")).request == [])
    }

    @Test("is refused as soon as the texts behind its references pass the limit")
    func limit() throws {
        let long = Wire.text(4, "") + Wire.text(4, String(repeating: "x", count: 1000))
        let series = Wire.message(5, Wire.packed(1, [1, 1]), Self.sample)
        let exemplars = Wire.message(5, Wire.message(4, Wire.packed(1, [1, 1, 1, 1])))
        let size = try transcript(long, series).request.count
        #expect(size > 2000)
        #expect(try transcript(long, series, limit: size).request.count == size)
        #expect(throws: RemoteWriteFault.unfoldsTooFar(limit: size - 1)) { try transcript(long, series, limit: size - 1) }
        #expect(throws: RemoteWriteFault.unfoldsTooFar(limit: 3000)) { try transcript(long, exemplars, limit: 3000) }
        // 100 kB that stand for 100 MB.
        let bomb = Wire.message(5, Wire.packed(1, [UInt64](repeating: 1, count: 100_000)), Self.sample)
        #expect(throws: RemoteWriteFault.unfoldsTooFar(limit: 1 << 20)) { try transcript(long, bomb) }
    }

    @Test("is refused when it is cut off inside of a message")
    func truncation() throws {
        let symbols = Self.symbols
        let series = Wire.message(5, Wire.packed(1, Self.name), Self.sample)
        for length in 1..<series.count {
            #expect(throws: RemoteWriteFault.self) { try transcript(symbols, Array(series[..<length])) }
        }
        // A histogram is looked into, though it is copied.
        for part in [Wire.message(8, [0x08]), Wire.message(12, [0xFF]), Wire.message(16, [1, 2, 3])] {
            #expect(throws: RemoteWriteFault.self) {
                try transcript(symbols, Wire.message(5, Wire.packed(1, Self.name), Wire.message(3, part)))
            }
        }
    }

    @Test("made of damaged bytes is refused or can be read as 1.0 with the same counts", arguments: 0..<50 as Range<UInt64>)
    func damagedBytes(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let metadata = Wire.message(5, Wire.number(1, 2), Wire.number(3, 7), Wire.number(4, 8))
        let exemplar = Wire.message(4, Wire.packed(1, [5, 6]), Wire.double(2, 0.5))
        let histogram = Wire.message(3, Wire.number(1, 5), Wire.packed(12, [2, 4]))
        let series = Wire.message(5, Wire.packed(1, Self.name), Self.sample, histogram, exemplar, metadata)
        let whole = Self.symbols + series + series
        for _ in 0..<200 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1..<5, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            guard let transcript = try? transcript(bytes) else { continue }
            let request = try RemoteWriteRequest(decoding: transcript.request)
            let invalid = request.skipped.seriesWithInvalidText
            #expect(invalid > 0 || request.series.map(\.points.count).reduce(0, +) == transcript.samples)
            #expect(invalid > 0 || request.series.map(\.histograms.count).reduce(0, +) == transcript.histograms)
            #expect(request.skipped.exemplars == transcript.exemplars)
            #expect(request.skipped.metadata == transcript.metadata)
        }
    }
}
