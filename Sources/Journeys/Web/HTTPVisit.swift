import Foundation
import MailClient
import MailWire
import NIOCore
import PostwatchModel

/// One run's time at web servers, step by step: a browser without a window, which keeps cookies and connections. Belongs to one task.
///
/// Each request adds the steps `resolve`, `connect` and `tls` where a connection must be made, then `processing` (until the first byte
/// of the answer) and `transfer` (until the last). Inside `step` they all belong to that one step, whose name failures then tell.
final class HTTPVisit {
    /// What came at the end of all redirects.
    struct Answer: Sendable {
        /// What was asked for last.
        let url: HTTPURL
        let response: HTTPResponse
        /// How failures call it.
        let place: String
        let redirects: Int
    }

    /// Redirects in a row that are followed. Browsers follow 20; no webmail needs more than three.
    static let redirectLimit = 10
    /// How long a last request may take.
    private static let farewellLimit = TimeAmount.seconds(2)

    private let route: HTTPRoute
    private let setting: JourneySetting
    private let recorder: RunRecorder
    private let wire: String
    private let deadline: NIODeadline
    private var connection: (origin: String, session: HTTPSession)?
    /// By scheme, host and port: asked for once in a run.
    private var targets: [String: [ServerTarget]] = [:]
    private var credentials: (origin: String, field: String)?
    private var cookies = CookieJar()
    /// The named step under way.
    private var errand: String?
    private var lastArrival: NIODeadline?

    /// - Parameter wire: whose phases the steps are: `http`, or the kind of a journey whose steps have names of their own.
    init(route: HTTPRoute, setting: JourneySetting, recorder: RunRecorder, wire: String = "http") {
        self.route = route
        self.setting = setting
        self.recorder = recorder
        self.wire = wire
        self.deadline = recorder.deadline
    }

    // MARK: Steps

    /// One step that may need several requests. It ends with the last byte of the last answer.
    /// - Parameter place: how failures call what it is about, where they have no closer word.
    func step<Value: Sendable>(_ phase: String, at place: String, _ body: () async throws -> Value) async throws -> Value {
        precondition(errand == nil, "steps do not lie in steps")
        errand = phase
        lastArrival = nil
        defer { errand = nil }
        let context = StepContext(wire: wire, phase: phase, place: route.place(place), awaited: "an answer")
        return try await recorder.step(context) { [self] in
            let value = try await body()
            return Stamped(value, at: lastArrival ?? .now())
        }
    }

    /// The answer to the last request is not what it should be: notes that, and gives the failure to throw.
    /// - Parameters:
    ///   - complaint: `answered 500 Internal Server Error`; place and phase are put around it.
    ///   - rest: what follows the phase: `; username or password are refused`.
    func refusal(_ place: String, _ complaint: String, rest: String) -> StepFailure {
        let phase = named("processing")
        return recorder.refusal(
            StepContext(wire: wire, phase: phase, place: place, awaited: ""), "\(place): \(complaint) during \(phase)\(rest)")
    }

    func refusal(_ place: String, _ complaint: String, expected: String) -> StepFailure {
        refusal(place, complaint, rest: ", expected \(expected)")
    }

    // MARK: Requests

    /// Signs requests to the server of this address, and to no other, by Basic authentication. Source: RFC 7617.
    func signIn(_ username: String, _ password: Secret, at url: HTTPURL) {
        recorder.veil.hide(password, of: username)
        credentials = (url.origin, "Basic " + Data("\(username):\(password.reveal())".utf8).base64EncodedString())
    }

    /// Makes the connection to a server before anything is asked of it.
    func open(_ url: HTTPURL) async throws {
        recorder.veil.spare(url.host)
        _ = try await connected(to: url, route.place(url.origin))
    }

    /// Sends a request, follows redirects, and gives the answer whatever its status.
    /// - Parameter place: how failures call it; the address when `nil`. For an address that should not be read in full.
    func perform(_ request: HTTPRequest, followingRedirects: Bool = true, shownAs place: String? = nil) async throws -> Answer {
        var request = request
        var place = route.place(place ?? request.url.description)
        for redirects in 0...Self.redirectLimit {
            let response = try await exchange(request, place)
            guard followingRedirects, let next = try redirection(of: response, to: request, place) else {
                return Answer(url: request.url, response: response, place: place, redirects: redirects)
            }
            request = next
            place = route.place(next.url.withoutParameters)
        }
        throw refusal(place, "redirected more than \(Self.redirectLimit) times in a row", expected: "a page")
    }

    /// The value of a cookie that would be sent to an address.
    func cookie(_ name: String, for url: HTTPURL) -> String? {
        cookies.value(of: name, for: url, at: setting.wallClock())
    }

    /// Sends a last request where a run was broken off, in the time that is left to the run, and cares for no answer. A connection that
    /// does not serve any more is made anew, to a server that has been spoken to. Nothing is recorded.
    func part(_ request: HTTPRequest) async {
        let limit = min(recorder.end, .now() + Self.farewellLimit)
        do {
            let session = try await parting(from: request.url, before: limit)
            _ = try await session.send(completed(request), before: limit)
            _ = try await session.response(before: limit)
        } catch {
            // The run has failed already, and what is left behind a later one takes away.
            leave()
        }
    }

    /// Hangs up.
    func leave() {
        connection?.session.close()
        connection = nil
    }

    // MARK: - Private

    /// Inside a named step nothing is recorded, and failures tell that step's name.
    private func step<Value: Sendable>(
        _ phase: String, _ awaited: String, _ place: String, _ body: () async throws -> Stamped<Value>
    ) async throws -> Value {
        try await recorder.step(StepContext(wire: wire, phase: named(phase), place: place, awaited: awaited), body)
    }

    private func named(_ phase: String) -> String { errand ?? phase }

    private func exchange(_ request: HTTPRequest, _ place: String) async throws -> HTTPResponse {
        let request = completed(request)
        var (session, isFresh) = try await connected(to: request.url, place)
        try await step("processing", "the answer to \(request.method)", place) { [self] in
            do throws(ConnectionFailure) {
                return Stamped((), at: try await session.send(request, before: deadline))
            } catch {
                // A server may close an idle connection in the moment in which it is used again. Source: RFC 9112, section 9.3.1.
                guard case .closed(isMidReply: false) = error, !isFresh, request.isIdempotent else { throw error }
                leave()
                (session, isFresh) = try await connected(to: request.url, place)
                return Stamped((), at: try await session.send(request, before: deadline))
            }
        }
        let response = try await step("transfer", "the end of the answer to \(request.method)", place) { [self] in
            let response = try await session.response(before: deadline)
            lastArrival = response.at
            if let coding = response.value.fields["Content-Encoding"], coding.lowercased() != "identity", !response.value.body.isEmpty {
                throw StepFailure(
                    "\(place): the answer is compressed (\(WireText.printable(coding.utf8, limit: 20))) during \(named("transfer")),"
                        + " which was not asked for")
            }
            return response
        }
        cookies.take(response.fields, from: request.url, at: setting.wallClock())
        return response
    }

    private func completed(_ request: HTTPRequest) -> HTTPRequest {
        var request = request
        if request.fields["Cookie"] == nil { request.fields["Cookie"] = cookies.header(for: request.url, at: setting.wallClock()) }
        if let credentials, credentials.origin == request.url.origin, request.fields["Authorization"] == nil {
            request.fields["Authorization"] = credentials.field
        }
        return request
    }

    /// What a redirect asks for next; `nil` when the answer is none. Source: RFC 9110, section 15.4; as browsers do, a POST becomes a GET.
    private func redirection(of response: HTTPResponse, to request: HTTPRequest, _ place: String) throws -> HTTPRequest? {
        guard [301, 302, 303, 307, 308].contains(response.status), let location = response.fields["Location"] else { return nil }
        guard let url = request.url.resolving(location) else {
            let shown = WireText.printable(location.utf8.prefix { !"?#;".utf8.contains($0) }, limit: 40)
            throw refusal(place, "redirected to \"\(shown)\"", expected: "an address of the web")
        }
        var next = request
        next.url = url
        let becomesGet = response.status == 303 ? request.method != "HEAD" : response.status <= 302 && request.method == "POST"
        if becomesGet {
            next.method = "GET"
            next.body = nil
            next.fields["Content-Type"] = nil
        }
        if url.origin != request.url.origin {
            for name in ["Authorization", "Cookie", "Host"] { next.fields[name] = nil }
        }
        if request.url.isEncrypted, !url.isEncrypted, next.body != nil {
            throw refusal(
                place, "redirected what was sent to \(url.origin), where it would travel in the clear", expected: "https")
        }
        if url.origin != request.url.origin, next.body != nil {
            throw refusal(place, "redirected what was sent to \(url.origin), another server", expected: "a redirect to the same server")
        }
        return next
    }

    // MARK: Connections

    private func connected(to url: HTTPURL, _ place: String) async throws -> (session: HTTPSession, isFresh: Bool) {
        if let connection, connection.origin == url.origin, await connection.session.isUsable() { return (connection.session, false) }
        leave()
        let targets = try await targets(of: url, place)
        let opened = try await step("connect", "the connection", place) { [self] in try await dial(targets, before: deadline) }
        let session = opened.connection
        connection = (url.origin, session)
        guard url.isEncrypted else { return (session, true) }
        let place = "\(opened.endpoint)" + (route.detour(of: url).map { " [\($0)]" } ?? "")
        try await recorder.secure(session, with: route.tls, host: url.host, wire: wire, place: place, phase: named("tls"))
        return (session, true)
    }

    /// A connection for a last request.
    private func parting(from url: HTTPURL, before limit: NIODeadline) async throws -> HTTPSession {
        if let connection, connection.origin == url.origin, await connection.session.isUsable() { return connection.session }
        leave()
        let session = try await dial(targets[url.origin] ?? [], before: limit).value.connection
        connection = (url.origin, session)
        if url.isEncrypted { _ = try await session.secure(with: route.tls, host: url.host, before: limit) }
        return session
    }

    private func dial(
        _ targets: [ServerTarget], before limit: NIODeadline
    ) async throws -> Stamped<(connection: HTTPSession, endpoint: Endpoint)> {
        let dialler = Dialler(group: setting.group, source: nil, wallClock: setting.wallClock)
        return try await dialler.connect(to: targets, before: limit, timeout: recorder.timeout, in: named("connect")) {
            address, deadline async throws(ConnectionFailure) in
            try await HTTPSession.connect(
                .init(to: address, limits: route.limits), group: setting.group, before: deadline, wallClock: setting.wallClock)
        }
    }

    private func targets(of url: HTTPURL, _ place: String) async throws -> [ServerTarget] {
        if let known = targets[url.origin] { return known }
        let endpoint = Endpoint(host: url.host, port: url.port)
        let detour = route.detour(of: url)
        let addresses = try await step("resolve", "the address of \(detour?.host ?? url.host)", place) { [self] in
            try await setting.resolver.addresses(of: detour?.host ?? url.host, port: detour?.port ?? url.port, before: deadline)
        }
        let found = addresses.map { ServerTarget(endpoint: endpoint, address: $0) }
        targets[url.origin] = found
        return found
    }
}

extension HTTPURL {
    /// As failures may show it: what a server writes behind a question mark or a semicolon may be a secret of the session.
    var withoutParameters: String { origin + WireText.parts(path, at: ";", atMost: 2, omittingEmpty: false)[0] }
}
