import MailLogs
import PostwatchModel

/// Whom the messages of a queue wait for: the domains with most of them, and the rest in one sum. Bounded: a domain that is not in the
/// table takes the place of the one with the least; what that one had goes to the rest, so that the sum of all stays exact.
/// Source: Metwally, Agrawal, El Abbadi, "Efficient computation of frequent and top-k elements in data streams", 2005 (Space-Saving).
struct QueueDestinations: Sendable {
    /// The messages that wait for one domain.
    struct Destination: Hashable, Sendable {
        /// In lower case, at most 64 bytes; `other` for the rest.
        let domain: String
        fileprivate(set) var messages = 0
        /// Of the messages that are counted here.
        fileprivate(set) var oldestArrival: Timestamp?
        /// Why most of those were put off whose reason was looked up; `nil` when none was.
        fileprivate(set) var reason: DeliveryReason?
    }

    /// The name of the rest.
    static let other = "other"

    private static let longestDomain = 64
    /// A destination fails for one reason most of the time: a few messages tell it.
    private static let enoughReasons = 3

    private struct Row: Sendable {
        var domain: String
        /// How many there were at most: what it had, and what the one had whose place it took.
        var weight: Int
        var messages = 0
        var oldestArrival: Timestamp?
        var reasons: [DeliveryReason: Int] = [:]
    }

    private let limit: Int
    private var rows: [Row] = []
    private var positions: [String: Int] = [:]
    private var rest = Destination(domain: other)
    /// No weight is less than this.
    private var least = 0
    private var hand = 0

    /// - Parameter limit: How many domains have a row of their own. > 0.
    init(limit: Int = 1000) {
        precondition(limit > 0, "a table of destinations needs room for one")
        self.limit = limit
    }

    /// Counts one message. A message for several domains counts for each of them.
    /// - Parameter domain: In lower case. Empty when there is none: it counts with the rest.
    mutating func add(_ domain: String, arrivedAt arrival: Timestamp) {
        guard !domain.isEmpty else {
            rest.take(1, arrival)
            return
        }
        let name = Self.name(domain)
        let position = positions[name] ?? makeRow(name)
        rows[position].weight += 1
        rows[position].messages += 1
        rows[position].oldestArrival = earlier(rows[position].oldestArrival, arrival)
    }

    /// Whether too few reasons of this domain are known.
    func wantsReason(of domain: String) -> Bool {
        positions[Self.name(domain)].map { rows[$0].reasons.values.reduce(0, +) < Self.enoughReasons } ?? false
    }

    /// Notes why a message for this domain was put off.
    mutating func add(_ reason: DeliveryReason, of domain: String) {
        guard let position = positions[Self.name(domain)] else { return }
        rows[position].reasons[reason, default: 0] += 1
    }

    /// The domains with most messages, in that order, and all others in one.
    func summary(first count: Int) -> (destinations: [Destination], others: Destination) {
        let sorted = rows.sorted { ($0.messages, $1.domain) > ($1.messages, $0.domain) }
        var others = rest
        for row in sorted.dropFirst(count) { others.take(row.messages, row.oldestArrival) }
        let destinations = sorted.prefix(count).map { row in
            // Who sends mail to `a@other` shall not be taken for the rest.
            var destination = Destination(domain: row.domain == Self.other ? "other." : row.domain)
            destination.take(row.messages, row.oldestArrival)
            destination.reason = row.reasons.max { ($0.value, $1.key.rawValue) < ($1.value, $0.key.rawValue) }?.key
            return destination
        }
        return (destinations, others)
    }

    // MARK: - Private

    /// Domains are read from the right, so of a long one the end is kept.
    private static func name(_ domain: String) -> String {
        domain.utf8.count <= longestDomain ? domain : String(decoding: domain.utf8.suffix(longestDomain), as: UTF8.self)
    }

    private mutating func makeRow(_ domain: String) -> Int {
        guard rows.count == limit else {
            rows.append(Row(domain: domain, weight: 0))
            positions[domain] = rows.count - 1
            return rows.count - 1
        }
        let position = lightest()
        let old = rows[position]
        positions[old.domain] = nil
        rest.take(old.messages, old.oldestArrival)
        rows[position] = Row(domain: domain, weight: old.weight)
        positions[domain] = position
        return position
    }

    /// A row with the least weight. Weights only rise, so the search goes on where it ended as long as it finds one as light as before.
    private mutating func lightest() -> Int {
        for _ in 0..<limit {
            hand = hand + 1 < limit ? hand + 1 : 0
            if rows[hand].weight <= least { return hand }
        }
        hand = rows.indices.min { rows[$0].weight < rows[$1].weight } ?? 0
        least = rows[hand].weight
        return hand
    }
}

extension QueueDestinations.Destination {
    fileprivate mutating func take(_ count: Int, _ arrival: Timestamp?) {
        messages += count
        oldestArrival = earlier(oldestArrival, arrival)
    }
}

private func earlier(_ left: Timestamp?, _ right: Timestamp?) -> Timestamp? {
    guard let left, let right else { return left ?? right }
    return min(left, right)
}
