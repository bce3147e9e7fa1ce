import ExpositionFormat
import TestSupport
import Testing

@Suite("Pages of metrics as text")
struct ExpositionTextTests {
    @Test("The example of the text format is read sample by sample")
    func textFormat() throws {
        let page = #"""
            # HELP http_requests_total The total number of HTTP requests.
            # TYPE http_requests_total counter
            http_requests_total{method="post",code="200"} 1027 1395066363000
            http_requests_total{method="post",code="400"}    3 1395066363000

            # Escaping in label values:
            msdos_file_access_time_seconds{path="C:\\DIR\\FILE.TXT",error="Cannot find file:\n\"FILE.TXT\""} 1.458255915e9

            # Minimalistic line:
            metric_without_timestamp_and_labels 12.47

            # A weird metric from before the epoch:
            something_weird{problem="division by zero"} +Inf -3982045

            # TYPE rpc_duration_seconds summary
            rpc_duration_seconds{quantile="0.01"} 3102
            rpc_duration_seconds_sum 1.7560473e+07
            """#
        let lines = try read(page, as: .prometheus)
        #expect(
            lines == [
                "HELP http_requests_total: The total number of HTTP requests.", "TYPE http_requests_total: counter",
                #"__name__=http_requests_total method=post code=200 -> 1027.0 @1395066363000"#,
                #"__name__=http_requests_total method=post code=400 -> 3.0 @1395066363000"#,
                "__name__=msdos_file_access_time_seconds path=C:\\DIR\\FILE.TXT error=Cannot find file:\n\"FILE.TXT\" -> 1458255915.0",
                "__name__=metric_without_timestamp_and_labels -> 12.47",
                "__name__=something_weird problem=division by zero -> inf @-3982045", "TYPE rpc_duration_seconds: summary",
                "__name__=rpc_duration_seconds quantile=0.01 -> 3102.0", "__name__=rpc_duration_seconds_sum -> 17560473.0",
            ])
    }

    @Test("OpenMetrics has times in seconds, units, exemplars and an end")
    func openMetrics() throws {
        let page = #"""
            # TYPE acme_http_router_request_seconds summary
            # UNIT acme_http_router_request_seconds seconds
            # HELP acme_http_router_request_seconds Latency of "all" requests.
            acme_http_router_request_seconds_sum{path="/api/v1",method="GET"} 9036.32
            acme_http_router_request_seconds_created{path="/api/v1",method="GET"} 1605281325.0
            # TYPE foo histogram
            foo_bucket{le="0.1"} 8 # {} 0.054
            foo_bucket{le="1"} 11 # {trace_id="KOO5S4vxi0o",note="a } and \" b"} 0.67
            foo_bucket{le="10"} 17 1520430001.25 # {trace_id="oHg5SJYRHA0"} 9.8 1520879607.789
            # TYPE state stateset
            state{state="a"} 1
            # EOF
            """#
        let lines = try read(page, as: .openMetrics)
        #expect(
            lines == [
                "TYPE acme_http_router_request_seconds: summary", "UNIT acme_http_router_request_seconds: seconds",
                "HELP acme_http_router_request_seconds: Latency of \"all\" requests.",
                "__name__=acme_http_router_request_seconds_sum path=/api/v1 method=GET -> 9036.32",
                "__name__=acme_http_router_request_seconds_created path=/api/v1 method=GET -> 1605281325.0", "TYPE foo: histogram",
                "__name__=foo_bucket le=0.1 -> 8.0 # 0.054",
                "__name__=foo_bucket le=1 -> 11.0 # trace_id=KOO5S4vxi0o note=a } and \" b 0.67",
                "__name__=foo_bucket le=10 -> 17.0 @1520430001250 # trace_id=oHg5SJYRHA0 9.8 @1520879607789", "TYPE state: stateset",
                "__name__=state state=a -> 1.0",
            ])
    }

    @Test(
        "Names with other characters stand in quotes",
        arguments: [
            (#"{"my.metric"} 1"#, "__name__=my.metric -> 1.0"),
            (#"{"my.metric", "a label"="x", b="y",} 2"#, "__name__=my.metric a label=x b=y -> 2.0"),
            (#"up{ "ü"="ö" , c = "d" } 3"#, "__name__=up ü=ö c=d -> 3.0"), (#"up {a="b"}4"#, "__name__=up a=b -> 4.0"),
            ("up{} 5", "__name__=up -> 5.0"), ("\tup\t6\t-7", "__name__=up -> 6.0 @-7"), ("a:b:c_1 0x1p4", "__name__=a:b:c_1 -> 16.0"),
        ])
    func quotedNames(line: String, expected: String) throws {
        #expect(try read(line, as: .prometheus) == [expected])
    }

    @Test(
        "A broken line is named by its number",
        arguments: [
            ("ok 1\n{ 2\n", ExpositionFault.malformedSeries(line: 2)), ("1a 2", .malformedSeries(line: 1)),
            ("up", .malformedValue(line: 1)),
            ("up x", .malformedValue(line: 1)), ("ok 1\n\nup 1 1.5\n", .malformedTimestamp(line: 3)),
            ("up 1 2 3", .unexpectedText(line: 1)), (#"up{a="b 1"#, .malformedSeries(line: 1)), ("# TYPE\n", .malformedComment(line: 1)),
            ("# TYPE \"a\n", .malformedComment(line: 1)), ("up 1 # {a=\"b\"} 1", .unexpectedText(line: 1)),
        ])
    func faults(page: String, fault: ExpositionFault) {
        #expect(throws: fault) { try read(page, as: .prometheus) }
    }

    @Test("An OpenMetrics page ends with its end")
    func end() {
        #expect(throws: ExpositionFault.missingEnd) { try read("up 1\n", as: .openMetrics) }
        #expect(throws: ExpositionFault.textAfterEnd(line: 3)) { try read("up 1\n# EOF\nup 2\n", as: .openMetrics) }
        #expect(throws: ExpositionFault.malformedExemplar(line: 1)) { try read("up 1 # x\n# EOF\n", as: .openMetrics) }
    }

    @Test(
        "Labels that make no sense are refused",
        arguments: [
            "{}", #"{a="b"}x"#, #"up{a}"#, #"up{"a"}"#, #"up{a="b" c="d"}"#, #"up{a=b}"#, #"up{="b"}"#, #"up{1a="b"}"#, #"up{a:b="c"}"#,
            #"up{,}"#, #"up{""="b"}"#, #"{""}"#, "up{a=\"\u{0}",
        ])
    func labels(series: String) {
        #expect(Array(series.utf8).withUnsafeBytes { ExpositionLabels($0) == nil })
    }

    @Test("Whatever the bytes are, the reader ends, and what it gives lies inside of the page", arguments: [UInt64(1), 2, 3])
    func mutations(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let seeds = [
            #"# TYPE a counter"# + "\n" + #"a_total{b="c\n\"",d="e"} 1.5e3 17.5 # {f="g"} 0x1p3 1"# + "\n# EOF\n",
            #"{"a.b", "c"="d\\"} +Inf -12"# + "\n# HELP \"x\\\"\" y\\\\z\n\nup 1\n",
        ]
        let alphabet = Array("\n \t{}\"\\,=#-+.eEpPxX0aNnIi_:\u{0}é\r".utf8) + [0x80, 0xFF]
        for round in 0..<4000 {
            var page = Array(seeds[round % 2].utf8)
            for _ in 0...Int.random(in: 0..<6, using: &generator) {
                let place = Int.random(in: 0..<page.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: page[place] = alphabet.randomElement(using: &generator) ?? 0
                case 1: page.insert(alphabet.randomElement(using: &generator) ?? 0, at: place)
                case 2 where page.count > 1: page.remove(at: place)
                default: page.removeSubrange(place..<min(page.count, place + 3))
                }
                if page.isEmpty { page = [0x61] }
            }
            for dialect in [ExpositionText.Dialect.prometheus, .openMetrics] { ExpositionProbe.drain(page, as: dialect) }
        }
    }

    @Test("A guess that fits spares the search, one that does not changes nothing")
    func guesses() throws {
        let page = Array("up{a=\"b\"} 1\nupper 2\n".utf8)
        try page.withUnsafeBytes { bytes throws in
            var text = ExpositionText(bytes, as: .prometheus)
            func sample(of series: String) throws -> ExpositionLine.Sample? {
                try Array(series.utf8).withUnsafeBytes { try text.sample(of: $0) }
            }
            #expect(try sample(of: "up") == nil)
            #expect(try sample(of: "up{a=\"b\"}")?.value == 1)
            #expect(try sample(of: "up") == nil)
            #expect(try sample(of: "upper")?.value == 2)
            #expect(try text.next() == nil)
        }
    }

    // MARK: - Private

    private func read(_ page: String, as dialect: ExpositionText.Dialect) throws -> [String] {
        let page = Array(page.utf8)
        return try page.withUnsafeBytes { bytes in
            var text = ExpositionText(bytes, as: dialect)
            var lines: [String] = []
            func part(_ range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[range]) }
            func words(_ labels: [ExpositionLabels.Label]) -> String {
                labels.map { "\(String(decoding: $0.name, as: UTF8.self))=\(String(decoding: $0.value, as: UTF8.self)) " }.joined()
            }
            while let line = try text.next() {
                switch line {
                case .comment(let comment):
                    let text = String(decoding: ExpositionLabels.unescaped(part(comment.text)), as: UTF8.self)
                    lines.append("\(comment.topic)".uppercased() + " \(String(decoding: part(comment.family), as: UTF8.self)): \(text)")
                case .sample(let sample):
                    let labels = try #require(ExpositionLabels(part(sample.series)))
                    var line = words(labels.labels) + "-> \(sample.value)"
                    if let time = sample.timestamp { line += " @\(time)" }
                    if let range = sample.exemplar {
                        let exemplar = try #require(ExpositionExemplar(part(range)))
                        line += " # \(words(exemplar.labels))\(exemplar.value)"
                        if let time = exemplar.timestamp { line += " @\(time)" }
                    }
                    lines.append(line)
                }
            }
            return lines
        }
    }
}
