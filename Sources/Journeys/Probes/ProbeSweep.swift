import MailClient
import MailWire
import NIOCore
import PostwatchModel
import PostwatchRuntime
import Synchronization

/// Looks through the folders of a mailbox for messages of one journey, books what it finds, and removes it once that is on disk.
/// Touches nothing that does not carry our signature.
final class ProbeSweep: Sendable {
    /// Messages whose headers are asked for at once.
    private static let chunk = 100
    /// Messages of the journey in one folder that are looked at in one sweep. With more of them the sweep has not seen everything.
    private static let messageLimit = 1000

    private struct Folder {
        let place: ProbeSighting.Place
        let name: String
    }

    private let journey: String
    /// Where messages belong.
    private let inbox: String
    private let folders: ProbeFolders
    private let trace: ProbeTrace
    private let idPrefix: String
    /// Whether reports about the journey's messages come to this mailbox.
    private let takesReports: Bool
    private let reports: ReportReader
    private let book: ProbeBook
    private let key: ProbeSigningKey
    private let world: World
    private let foundJunk = Mutex<String?>(nil)

    init(
        of setting: JourneySetting, in inbox: String, folders: ProbeFolders, trace: ProbeTrace = .signedHeader, idPrefix: String = "",
        takesReports: Bool, book: ProbeBook
    ) {
        journey = setting.configuration.name
        self.inbox = inbox
        self.folders = folders
        self.trace = trace
        self.idPrefix = idPrefix
        self.takesReports = takesReports
        self.book = book
        key = setting.signingKey
        world = setting.world
        reports = ReportReader(books: [setting.configuration.name: book], key: key, world: world)
    }

    /// All folders. `inbox` must be open, and is at the end.
    /// - Parameter own: the message that the caller waits for. It is taken where it does not belong, and left where it does.
    /// - Returns: where `own` was found, if it was, and when the last answer came.
    func everywhere(_ visit: MailboxVisit, awaiting own: ProbeMark? = nil) async throws -> Stamped<ProbeSighting?> {
        let begunAt = world.now()
        let here = try await pass(through: Folder(place: .inbox, name: inbox), at: visit, awaiting: nil)
        if takesReports { try await reports.read(at: visit) }
        let others = try await elsewhere(visit, awaiting: own)
        if here.isComplete && others.value.isComplete { book.look(begunAt: begunAt) }
        return Stamped(others.value.own, at: max(here.at, others.at))
    }

    /// The folders where messages do not belong, and reports. `inbox` must be open, and is at the end.
    func aside(_ visit: MailboxVisit, awaiting own: ProbeMark) async throws -> ProbeSighting? {
        if takesReports { try await reports.read(at: visit) }
        return try await elsewhere(visit, awaiting: own).value.own
    }

    // MARK: - Private

    private struct Passage {
        /// Nothing of the journey was left unjudged.
        var isComplete = true
        var own: ProbeSighting?
    }

    private func elsewhere(_ visit: MailboxVisit, awaiting own: ProbeMark?) async throws -> Stamped<Passage> {
        var passage = Passage()
        let folders = try await others(at: visit)
        guard !folders.isEmpty else { return Stamped(passage, at: .now()) }
        for folder in folders {
            guard try await visit.opens(folder.name) else {
                // It may have been renamed: look for it again next time. Until then not everything was looked at.
                foundJunk.withLock { $0 = nil }
                passage.isComplete = false
                continue
            }
            let part = try await pass(through: folder, at: visit, awaiting: own)
            passage.isComplete = passage.isComplete && part.isComplete
            passage.own = passage.own ?? part.own
        }
        let back = try await visit.answer(to: .select(mailbox: inbox), in: "sweep")
        return Stamped(passage, at: back.at)
    }

    private func pass(through folder: Folder, at visit: MailboxVisit, awaiting own: ProbeMark?) async throws -> (
        isComplete: Bool, own: ProbeSighting?, at: NIODeadline
    ) {
        let found = try await visit.answer(to: .uidSearch([.undeleted, trace.search(forAllOf: journey, idPrefix: idPrefix)]), in: "sweep")
        let uids = found.value.found
        var end = found.at
        var sighting: ProbeSighting?
        for start in stride(from: 0, to: min(uids.count, Self.messageLimit), by: Self.chunk) {
            let part = Array(uids[start..<min(start + Self.chunk, uids.count)])
            let headers = try await visit.answer(
                to: .uidFetch(part, [.uid, .internalDate, .headerFields(trace.fields + ["Content-Type"])]), in: "sweep")
            end = headers.at
            var messages = headers.value.fetched.compactMap { message(of: $0, in: folder) }
            var collected: [UID] = []
            // What says that the message could not be delivered is no answer to it, whatever it is known by.
            let bounced = messages.filter(\.isReport)
            messages.removeAll(where: \.isReport)
            await book.recall(bounced.map(\.mark.id), before: visit.deadline)
            for message in bounced where message.mark != own && book.record(of: message.mark.id) != nil {
                book.settle(message.mark.id, as: .bounced, at: world.now())
                collected.append(message.uid)
            }
            let copies = messages.filter { $0.mark == own }
            if let own, !copies.isEmpty {
                messages.removeAll { $0.mark == own }
                book.see(own.id, copies.map(\.sighting))
                sighting = sighting ?? copies[0].sighting
                collected += copies.map(\.uid)
            }
            let verdicts = await book.judge(messages.map { ($0.mark, $0.sighting) }, before: visit.deadline)
            collected += zip(messages, verdicts).filter { $0.1 == .collect }.map(\.0.uid)
            guard !collected.isEmpty else { continue }
            await book.persist(before: visit.deadline)
            end = try await visit.delete(collected)
        }
        return (uids.count <= Self.messageLimit, sighting, end)
    }

    private func message(
        of fetch: IMAPFetch, in folder: Folder
    ) -> (mark: ProbeMark, sighting: ProbeSighting, uid: UID, isReport: Bool)? {
        guard let uid = fetch.uid, let section = fetch.sections.values.first else { return nil }
        let header = MessageHeader(section)
        guard let mark = trace.mark(in: header, of: journey, verifiedWith: key) else { return nil }
        let arrived = fetch.internalDate.flatMap(Timestamp.init(mailDate:)) ?? world.now()
        return (mark, ProbeSighting(place: folder.place, folder: folder.name, uid: uid.number, at: arrived), uid, header.isDeliveryReport)
    }

    /// Folders beside the one where messages belong.
    private func others(at visit: MailboxVisit) async throws -> [Folder] {
        var folders: [Folder] = []
        if let junk = try await junk(at: visit) { folders.append(Folder(place: .junk, name: junk)) }
        if let quarantine = self.folders.quarantine { folders.append(Folder(place: .quarantine, name: quarantine)) }
        return folders.filter { $0.name != inbox }
    }

    private func junk(at visit: MailboxVisit) async throws -> String? {
        if let known = folders.junk ?? foundJunk.withLock(\.self) { return known }
        let listings = try await visit.answer(to: .list(reference: "", pattern: "*"), in: "sweep").value.listings
        let junk = Self.junk(among: listings)
        foundJunk.withLock { $0 = junk }
        return junk
    }

    /// The folder that is marked as the one for unwanted mail, else the one that is called so. Source: RFC 6154, section 2.
    static func junk(among listings: [IMAPListing]) -> String? {
        let usable = listings.filter { listing in
            !listing.attributes.contains { ["\\noselect", "\\nonexistent"].contains($0.lowercased()) }
        }
        if let marked = usable.first(where: { $0.attributes.contains { $0.lowercased() == "\\junk" } }) { return marked.name }
        return usable.first { listing in
            let name = listing.delimiter.flatMap { listing.name.split(separator: $0).last } ?? listing.name[...]
            return ["junk", "spam"].contains(name.lowercased())
        }?.name
    }
}
