/// Sends numbered requests, one after the other, and keeps a record of what was acknowledged.
struct NumberedSender: Sendable {
    /// What is wrong with what the server gives back.
    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    let series: NumberedSeries
    /// Requests `0 ..< sent` left us at least once.
    private(set) var sent = 0
    /// Those that were acknowledged.
    private(set) var acknowledged: Set<Int> = []

    init(_ series: NumberedSeries) {
        self.series = series
    }

    /// Sends the next request.
    mutating func send(to client: StoreClient) async -> StoreClient.Outcome {
        sent += 1
        return await send(sent - 1, to: client)
    }

    /// Sends a request again. It was acknowledged, or nobody knows.
    mutating func sendAgain(_ request: Int, to client: StoreClient) async -> StoreClient.Outcome {
        precondition(request < sent)
        return await send(request, to: client)
    }

    /// Sends as fast as it is answered, now and then an earlier request again, until an answer is missing.
    mutating func sendUntilUnanswered(to client: StoreClient, _ random: inout some RandomNumberGenerator) async {
        while true {
            let repeats = sent > 0 && Int.random(in: 0..<10, using: &random) == 0
            let outcome =
                repeats ? await sendAgain(max(0, sent - Int.random(in: 1...5, using: &random)), to: client) : await send(to: client)
            if outcome == .unanswered { return }
        }
    }

    /// Compares what the server holds of requests `range` with the record: what was acknowledged is there once with its value, and
    /// nothing is there that was never sent. Throws a `Fault`.
    /// - Parameter lost: requests of which nothing need be there although they were acknowledged.
    func verify(_ range: Range<Int>, with client: StoreClient, mayLack lost: Set<Int> = []) async throws {
        guard !range.isEmpty else { return }
        let missing = acknowledged.intersection(range).subtracting(try await present(range, with: client)).subtracting(lost)
        if let first = missing.min() {
            throw Fault(description: "sender \(series.sender): of the acknowledged requests \(missing.count) are lost, \(first) first")
        }
    }

    /// The requests out of `range` that are there with all of their samples. Throws a `Fault` when one is there in part though it was
    /// acknowledged, or when anything is there that was never sent.
    func present(_ range: Range<Int>, with client: StoreClient) async throws -> Set<Int> {
        let found = try await client.samples(
            of: series.selector, from: series.time(of: range.lowerBound), through: series.time(of: range.upperBound - 1))
        var counts = [Int](repeating: 0, count: range.count)
        for (labels, samples) in found {
            guard let number = labels["series"].flatMap({ Int($0) }), number < series.count else {
                throw Fault(description: "a series that nobody sent: \(labels)")
            }
            var last = Int64.min
            for sample in samples {
                guard sample.milliseconds > last else { throw Fault(description: "\(labels) @\(sample.milliseconds) is there twice") }
                last = sample.milliseconds
                guard let request = series.request(at: last), request < sent, series.value(of: number, in: request) == sample.value else {
                    throw Fault(description: "\(labels) @\(sample.milliseconds) = \(sample.value) was never sent")
                }
                if range.contains(request) { counts[request - range.lowerBound] += 1 }
            }
        }
        return Set(range.filter { counts[$0 - range.lowerBound] == series.count })
    }

    // MARK: - Private

    private mutating func send(_ request: Int, to client: StoreClient) async -> StoreClient.Outcome {
        let outcome = await client.write(series.body(of: request))
        if outcome == .stored { acknowledged.insert(request) }
        return outcome
    }
}
