import MailClient
import MailWire
import PostwatchModel
import PostwatchRuntime

/// Reads what servers report on messages of journeys, books it, and removes what it has read.
struct ReportReader {
    /// Reports that one look reads, and the size of one, in bytes; longer ones are left alone.
    private static let countLimit = 10
    private static let sizeLimit = 65_536
    /// Journeys that one search asks for: a command has a length.
    private static let chunk = 20
    /// How long a report on another vantage's message is left to it.
    private static let life = Duration.seconds(86_400)

    /// By the journey's name.
    let books: [String: ProbeBook]
    let key: ProbeSigningKey
    let world: World

    /// A folder must be open.
    func read(at visit: MailboxVisit) async throws {
        let journeys = books.keys.sorted()
        for start in stride(from: 0, to: journeys.count, by: Self.chunk) {
            try await read(on: journeys[start..<min(start + Self.chunk, journeys.count)], at: visit)
        }
    }

    // MARK: - Private

    private func read(on journeys: ArraySlice<String>, at visit: MailboxVisit) async throws {
        let keys = journeys.map { IMAPSearchKey.body("\(ProbeMark.headerName): \($0);") }
        guard let first = keys.first else { return }
        let found = try await visit.answer(
            to: .uidSearch([
                .undeleted, .header("Content-Type", "multipart/report"), keys.dropFirst().reduce(first) { .or($0, $1) },
            ]), in: "bounces")
        guard !found.value.found.isEmpty else { return }
        let newest = Array(found.value.found.suffix(Self.countLimit * journeys.count))
        let sizes = try await visit.answer(to: .uidFetch(newest, [.uid, .size]), in: "bounces").value.fetched
        let uids = sizes.filter { $0.size.map { $0 <= Self.sizeLimit } ?? false }.compactMap(\.uid)
        for start in stride(from: 0, to: uids.count, by: Self.countLimit) {
            try await read(Array(uids[start..<min(start + Self.countLimit, uids.count)]), at: visit)
        }
    }

    private func read(_ uids: [UID], at visit: MailboxVisit) async throws {
        let found = try await visit.answer(to: .uidFetch(uids, [.uid, .message]), in: "bounces").value.fetched
        let reports = found.compactMap { fetch -> (uid: UID, report: BounceReport)? in
            guard let uid = fetch.uid, let message = fetch.sections[""], let report = BounceReport(message, verifiedWith: key) else {
                return nil
            }
            return (uid, report)
        }
        for (journey, itsReports) in Dictionary(grouping: reports, by: \.report.mark.journey) {
            await books[journey]?.recall(itsReports.map(\.report.mark.id), before: visit.deadline)
        }
        var read: [UID] = []
        var touched: [String: ProbeBook] = [:]
        for (uid, report) in reports {
            guard let book = books[report.mark.journey] else { continue }
            // Another vantage's is left to it, until it can have no more use for it.
            guard book.record(of: report.mark.id) != nil || world.now() - report.mark.sentAt > Self.life else { continue }
            if report.action == .failed { book.settle(report.mark.id, as: .bounced, because: report.diagnosis, at: world.now()) }
            touched[report.mark.journey] = book
            read.append(uid)
        }
        for book in touched.values { await book.persist(before: visit.deadline) }
        _ = try await visit.delete(read)
    }
}
