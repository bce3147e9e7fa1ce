import Foundation

/// What a server knows of the books of journeys.
enum ProbeBooks {
    /// The books of one journey at one moment.
    struct Book {
        var sent = 0.0
        var outstanding = 0.0
        var unconfirmed = 0.0
        var standing: [String: Double] = [:]
        var settled: Double { standing.values.reduce(0, +) }
    }

    /// The last books of all journeys, added up.
    static func last(of server: ServerUnderTest, since start: Int64) async throws -> Book {
        try await all(of: server, since: start).values.compactMap { $0.max { $0.key < $1.key }?.value }.reduce(into: Book()) { sum, book in
            sum.sent += book.sent
            sum.outstanding += book.outstanding
            sum.unconfirmed += book.unconfirmed
            sum.standing.merge(book.standing) { $0 + $1 }
        }
    }

    /// Journey → moment → its books then.
    static func all(of server: ServerUnderTest, since start: Int64) async throws -> [String: [Int64: Book]] {
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        let series = try await server.client.samples(of: #"{__name__=~"probe_messages_.+"}"#, from: start, through: now)
        var books: [String: [Int64: Book]] = [:]
        for (labels, samples) in series {
            for sample in samples {
                var book = books[labels["journey"] ?? ""]?[sample.milliseconds] ?? Book()
                switch labels["__name__"] {
                case "probe_messages_sent_total": book.sent = sample.value
                case "probe_messages_outstanding": book.outstanding = sample.value
                case "probe_messages_unconfirmed": book.unconfirmed = sample.value
                case "probe_messages_total": book.standing[labels["outcome"] ?? "", default: 0] += sample.value
                case "probe_messages_corrected_total": book.standing[labels["outcome"] ?? "", default: 0] -= sample.value
                default: continue
                }
                books[labels["journey"] ?? "", default: [:]][sample.milliseconds] = book
            }
        }
        return books
    }
}
