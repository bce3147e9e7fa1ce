import MailClient
import MailWire
import NIOCore
import PostwatchModel
import PostwatchRuntime

/// One run's time at a server of calendars or contacts, step by step. Belongs to one task.
final class DAVVisit {
    /// A collection of items.
    struct Collection {
        let url: HTTPURL
        /// What changed since can be asked for; `nil` when the server cannot tell. Source: RFC 6578.
        let syncToken: String?
    }

    /// An item that was put.
    struct Stored {
        let item: DAVItem
        let url: HTTPURL
        /// `nil` when the server gave none, which it may when it changed the content. Source: RFC 4791, section 5.3.4.
        var entityTag: String?
    }

    /// Items that one run removes beside its own.
    private static let collectionLimit = 50

    private let service: DAVService
    private let access: DAVAccess
    private let setting: JourneySetting
    private let recorder: RunRecorder
    private let visit: HTTPVisit
    /// What must not stay when the run is broken off.
    private var leftBehind: Stored?

    init(service: DAVService, access: DAVAccess, route: HTTPRoute, setting: JourneySetting, recorder: RunRecorder) {
        self.service = service
        self.access = access
        self.setting = setting
        self.recorder = recorder
        visit = HTTPVisit(route: route, setting: setting, recorder: recorder, wire: service.kind)
    }

    // MARK: Coming and going

    func signIn(_ password: Secret) { visit.signIn(access.account.username, password, at: access.url) }

    /// From the name to a connection, encrypted where the address says so.
    func open() async throws { try await visit.open(access.url) }

    func leave() { visit.leave() }

    /// Removes the item of a run that was broken off, as well as that can be done in a moment.
    func removeLeftBehind() async {
        guard let stored = leftBehind else { return }
        leftBehind = nil
        await visit.part(HTTPRequest("DELETE", stored.url))
    }

    // MARK: Finding the way

    /// Where the user's collections are. Source: RFC 6764, section 6; RFC 5397.
    func discover() async throws -> HTTPURL {
        try await visit.step("discover", at: "\(access.url)") {
            let principal: XMLElement.Name = .dav("current-user-principal")
            var start = access.url
            if access.url.path == "/", let wellKnown = access.url.resolving(service.wellKnown) {
                let answer = try await propfind(wellKnown, [principal], depth: 0)
                // A server without a signpost may have everything at its root.
                if answer.response.status == 207 { start = answer.url }
            }
            let user = try await link(principal, of: start, "the principal of \(access.account.username)")
            return try await link(service.homeSet, of: user, "where the \(service.collectionName)s of \(access.account.username) are")
        }
    }

    /// The collection to work in.
    func collection(in home: HTTPURL) async throws -> Collection {
        try await visit.step("propfind", at: "\(home)") {
            let names: [XMLElement.Name] = [.dav("resourcetype"), .dav("displayname"), .dav("sync-token")]
            let answer = try await propfind(home, names, depth: 1)
            let found = try multistatus(answer, "PROPFIND").responses.filter {
                $0.property(.dav("resourcetype"))?.first(service.collectionType) != nil
            }
            let wanted = found.first { response in
                guard let collection = access.collection else { return true }
                let path = answer.url.resolving(response.href)?.path ?? response.href
                return response.property(.dav("displayname"))?.trimmedText == collection || Self.isSame(path, collection)
                    || answer.url.resolving(response.href).map { Self.isSame("\($0)", collection) } == true
            }
            guard let wanted, let url = answer.url.resolving(wanted.href) else {
                let shown = access.collection.map { "\(service.collectionName) \"\($0)\"" } ?? service.collectionName
                throw visit.refusal(
                    answer.place, "the account \(access.account.username) has no \(shown) among \(found.count)", expected: "one to work in")
            }
            return Collection(url: url, syncToken: wanted.property(.dav("sync-token"))?.trimmedText)
        }
    }

    /// Whether the account may put items into a collection. A server that does not tell is believed to let it. Source: RFC 3744, section 5.4.
    func mayWrite(into collection: Collection) async throws -> Bool {
        try await visit.step("privileges", at: "\(collection.url)") {
            let name = XMLElement.Name.dav("current-user-privilege-set")
            let answer = try await propfind(collection.url, [name], depth: 0)
            guard let told = try multistatus(answer, "PROPFIND").responses.first?.property(name) else { return true }
            let privileges = told.all(.dav("privilege")).flatMap(\.children).map(\.name)
            return ["all", "write", "write-content", "bind"].contains { privileges.contains(.dav($0)) }
        }
    }

    // MARK: Items

    func put(_ item: DAVItem, into collection: Collection) async throws -> Stored {
        guard let url = Self.folder(collection.url).resolving("\(item.uid).\(service.fileExtension)") else {
            throw StepFailure("\(collection.url): no item can be put there")
        }
        return try await visit.step("put", at: "\(url)") {
            var stored = Stored(item: item, url: url)
            leftBehind = stored
            let answer = try await visit.perform(
                HTTPRequest(
                    "PUT", url, fields: ["Content-Type": service.contentType, "If-None-Match": "*"], body: Array(service.item(item).utf8)))
            guard [200, 201, 204].contains(answer.response.status) else { throw unexpected(answer, "PUT", expected: "201 Created") }
            stored.entityTag = answer.response.fields["ETag"]
            leftBehind = stored
            return stored
        }
    }

    /// Reads the item back, then once more only if it has changed, as clients do.
    func get(_ stored: Stored) async throws {
        try await visit.step("get", at: "\(stored.url)") {
            let answer = try await content(of: stored)
            guard let tag = answer.response.fields["ETag"] else { return }
            let again = try await visit.perform(HTTPRequest("GET", stored.url, fields: ["If-None-Match": tag]))
            // Some servers send it all the same, with the tag that it has.
            guard again.response.status == 304 || again.response.status == 200 && again.response.fields["ETag"] == tag else {
                throw unexpected(again, "GET of what has not changed", expected: "304 Not Modified")
            }
        }
    }

    /// Finds the item by a query. Gives items of this journey that no run waits for any more.
    func find(_ stored: Stored, in collection: Collection, now: Timestamp) async throws -> [HTTPURL] {
        try await visit.step("report", at: "\(collection.url)") {
            let answer = try await report(service.query, of: collection, depth: 1)
            let responses = try multistatus(answer, "REPORT").responses
            guard responses.contains(where: { answer.url.resolving($0.href)?.path == stored.url.path }) else {
                throw visit.refusal(
                    answer.place, "the query did not find the item among \(responses.count)", expected: stored.url.path)
            }
            let orphans = responses.compactMap { response -> HTTPURL? in
                guard let content = response.property(service.content)?.text,
                    let mark = DAVItem.mark(in: content, verifiedWith: setting.signingKey),
                    mark.journey == stored.item.mark.journey, mark.isLeftOver(at: now, timeout: setting.configuration.timeout)
                else { return nil }
                return answer.url.resolving(response.href)
            }
            return Array(orphans.prefix(Self.collectionLimit))
        }
    }

    /// Asks what changed since before the item was put. Source: RFC 6578. A server that cannot tell has no such step.
    func synchronise(_ stored: Stored, in collection: Collection) async throws {
        guard let token = collection.syncToken, !token.isEmpty else { return }
        try await visit.step("sync", at: "\(collection.url)") {
            let body = """
                <?xml version="1.0" encoding="utf-8"?>
                <sync-collection xmlns="DAV:"><sync-token>\(WireText.escapedForXML(token))</sync-token><sync-level>1</sync-level>\
                <prop><getetag/></prop></sync-collection>
                """
            let answer = try await report(body, of: collection, depth: 0)
            let changes = try multistatus(answer, "REPORT").responses
            guard changes.contains(where: { answer.url.resolving($0.href)?.path == stored.url.path && $0.status != 404 }) else {
                throw visit.refusal(
                    answer.place,
                    "the changes since \(WireText.printable(token.utf8, limit: 80)) do not have the item among \(changes.count)",
                    expected: stored.url.path)
            }
        }
    }

    /// Looks at the item as another client with a connection of its own, until it is there.
    func see(_ stored: Stored) async throws {
        try await visit.step("second-client", at: "\(stored.url)") {
            while true {
                let answer = try await visit.perform(HTTPRequest("GET", stored.url))
                if answer.response.status != 404 {
                    return try check(answer, of: stored)
                }
                try await setting.world.clock.sleep(for: .milliseconds(100))
            }
        }
    }

    func delete(_ stored: Stored, and orphans: [HTTPURL]) async throws {
        try await visit.step("delete", at: "\(stored.url)") {
            var request = HTTPRequest("DELETE", stored.url)
            // Only what was put: somebody who changed it meanwhile is not overruled.
            // A weak tag never matches. Source: RFC 9110, section 13.1.1.
            if let tag = stored.entityTag, !tag.hasPrefix("W/") { request.fields["If-Match"] = tag }
            let answer = try await visit.perform(request)
            if answer.response.status == 412 { leftBehind = nil }
            guard [200, 202, 204].contains(answer.response.status) else { throw unexpected(answer, "DELETE", expected: "204 No Content") }
            leftBehind = nil
            let gone = try await visit.perform(HTTPRequest("GET", stored.url))
            guard [404, 410].contains(gone.response.status) else {
                throw unexpected(gone, "GET of what was deleted", expected: "404 Not Found")
            }
            for orphan in orphans { _ = try await visit.perform(HTTPRequest("DELETE", orphan)) }
        }
    }

    // MARK: - Private

    private func propfind(_ url: HTTPURL, _ names: [XMLElement.Name], depth: Int) async throws -> HTTPVisit.Answer {
        let elements = names.map { "<\($0.local) xmlns=\"\($0.namespace)\"/>" }.joined()
        let body = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<propfind xmlns=\"DAV:\"><prop>\(elements)</prop></propfind>"
        return try await ask("PROPFIND", body, url, depth: depth)
    }

    private func report(_ body: String, of collection: Collection, depth: Int) async throws -> HTTPVisit.Answer {
        try await ask("REPORT", body, collection.url, depth: depth)
    }

    private func ask(_ method: String, _ body: String, _ url: HTTPURL, depth: Int) async throws -> HTTPVisit.Answer {
        try await visit.perform(
            HTTPRequest(
                method, url, fields: ["Content-Type": "application/xml; charset=utf-8", "Depth": "\(depth)"], body: Array(body.utf8)))
    }

    /// Where a property of something leads.
    private func link(_ name: XMLElement.Name, of url: HTTPURL, _ what: String) async throws -> HTTPURL {
        let answer = try await propfind(url, [name], depth: 0)
        let responses = try multistatus(answer, "PROPFIND").responses
        let href = responses.lazy.compactMap { $0.property(name)?.first(.dav("href"))?.trimmedText }.first
        guard let href, let target = answer.url.resolving(href) else {
            throw visit.refusal(answer.place, "the answer does not say \(what) (\(name.local))", expected: "an address of it")
        }
        return target
    }

    private func multistatus(_ answer: HTTPVisit.Answer, _ method: String) throws -> DAVMultistatus {
        guard answer.response.status == 207 else { throw unexpected(answer, method, expected: "207 Multi-Status") }
        do throws(WireFault) {
            return try DAVMultistatus(parsing: answer.response.body)
        } catch {
            throw visit.refusal(answer.place, "\(method) was answered with \(error)", expected: "a multistatus")
        }
    }

    private func content(of stored: Stored) async throws -> HTTPVisit.Answer {
        let answer = try await visit.perform(HTTPRequest("GET", stored.url))
        try check(answer, of: stored)
        return answer
    }

    private func check(_ answer: HTTPVisit.Answer, of stored: Stored) throws {
        guard answer.response.status == 200 else { throw unexpected(answer, "GET", expected: "200 OK") }
        guard DAVItem.mark(in: answer.response.text, verifiedWith: setting.signingKey) == stored.item.mark else {
            throw visit.refusal(answer.place, "the item came back without its signed mark", expected: "what was put")
        }
    }

    private func unexpected(_ answer: HTTPVisit.Answer, _ method: String, expected: String) -> StepFailure {
        if answer.response.status == 401 {
            return visit.refusal(
                answer.place, "login refused for the account \(access.account.username): \(answer.response.statusLine)", expected: expected)
        }
        return visit.refusal(answer.place, "\(method) was answered with \(answer.response.statusLine)", expected: expected)
    }

    private static func folder(_ url: HTTPURL) -> HTTPURL {
        url.path.hasSuffix("/") ? url : url.resolving(url.path + "/") ?? url
    }

    /// With or without a slash at the end.
    private static func isSame(_ left: String, _ right: String) -> Bool {
        left == right || left == right + "/" || left + "/" == right
    }
}
