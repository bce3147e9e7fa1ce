import Journeys
import MailClient
import MailWire
import PostwatchModel
import TestSupport
import Testing

@testable import Journeys

/// A journey of a cell's kind, with all the servers that it needs, one of which misbehaves as the cell says.
struct FaultyJourney {
    /// What a run said, with placeholders as the table has them.
    struct Outcome {
        let run: JourneyRun
        let failure: String?
    }

    /// What a server of a webmail expects. It has what must be encoded.
    private static let password = "se&cret \"word"
    private static let username = "me@example.test"

    let cell: FaultCell
    /// `false`: all servers do what they are asked.
    let isAtFault: Bool
    /// Who is asked for the cell's server, which has a name then; `nil`: nobody, it goes by its address.
    let nameServer: Endpoint?
    private let directory = TestDirectory()

    init(_ cell: FaultCell, isAtFault: Bool = true, nameServer: Endpoint? = nil) {
        self.cell = cell
        self.isAtFault = isAtFault
        self.nameServer = nameServer
    }

    func run(timeout: Duration) async throws -> Outcome {
        try directory.write(Array(Self.password.utf8), to: "password")
        try directory.write(Array(TestCertificates.authority.utf8), to: "ca.pem")
        var servers: [ServerRole: FaultyServer] = [:]
        let platform = FakePlatform()
        if cell.kind == "sieve" { platform.file(into: "Postwatch") }
        for role in roles { servers[role] = try await start(role, platform) }
        var places = servers.mapValues(\.endpoint)
        if nameServer != nil { places[cell.server] = places[cell.server].map { Endpoint(host: "mail.example.test", port: $0.port) } }
        let clock = WallClock()
        // The authority of the tests begins on 2026-11-21.
        clock.advance(by: .seconds(86_400 * 334))
        let configuration = JourneyConfiguration(name: "a-1", task: try task(places), timeout: timeout, resolver: nameServer)
        let run = await (try clock.factory.make(configuration)).run()
        for server in servers.values { try await server.stop() }
        return Outcome(run: run, failure: run.failure.map { hidden($0, places, timeout) })
    }

    // MARK: - Private

    /// Each thing that a negative journey tries has one server.
    private var roles: [ServerRole] { cell.kind == "negative" ? [cell.server] : FaultTable.servers[cell.kind] ?? [] }

    private func hidden(_ sentence: String, _ places: [ServerRole: Endpoint], _ timeout: Duration) -> String {
        var text = sentence
        for (role, place) in places { text = text.replacing("\(place)", with: role == cell.server ? "{}" : "{\(role.rawValue)}") }
        // One of several attempts gets a share of the time, which is a little less.
        text = text.replacing(/did not come within [0-9a-z]+/, with: "did not come within {timeout}")
        return text.replacing(/postwatch-a-1-dav-[0-9a-f]+/, with: "{item}")
    }

    // MARK: Servers

    private func start(_ role: ServerRole, _ platform: FakePlatform) async throws -> FaultyServer {
        let isAtFault = isAtFault && role == cell.server
        switch role {
        case .web:
            let (webmail, dav, kind) = (ScriptedWebmail(), ScriptedDAV(), cell.kind)
            return try await FaultyServer.startWeb(cell, isAtFault: isAtFault) { request in
                switch kind {
                case "webmail": webmail.answer(request)
                case "http": .page("hello")
                default: dav.answer(request)
                }
            }
        case .dns: return try await FaultyServer.startNames(cell, isAtFault: isAtFault)
        case .imap, .pop3, .sieve, .smtp, .submission, .port:
            return try await FaultyServer.start(
                willing(role, platform), cell, isAtFault: isAtFault, speaking: mailProtocol(role),
                tls: role == cell.server ? cell.variant.tls : .none)
        }
    }

    private func willing(_ role: ServerRole, _ platform: FakePlatform) -> WillingServer {
        switch (cell.kind, role) {
        case ("negative", .imap): .strictIMAP
        case ("negative", _): .strictSMTP
        case ("imap", _): .imap()
        case (_, .imap): WillingServer(greeting: FakePlatform.imapGreeting) { platform.imapScript() }
        case (_, .pop3): .pop3
        case (_, .sieve): .sieve
        case ("tls", _) where cell.variant.mailProtocol == .imap: .imap()
        case ("tls", _) where cell.variant.mailProtocol == .pop3: .pop3
        case ("tls", _) where cell.variant.mailProtocol == .sieve: .sieve
        case ("tcp", _): .port
        default: WillingServer(greeting: FakePlatform.smtpGreeting) { platform.smtpScript() }
        }
    }

    private func mailProtocol(_ role: ServerRole) -> MailProtocol {
        switch role {
        case .imap: .imap
        case .pop3: .pop3
        case .sieve: .sieve
        case .smtp, .submission: .smtp
        case .web, .dns: .tls
        case .port: cell.variant.mailProtocol
        }
    }

    // MARK: The journey

    private struct UnknownKind: Error {}

    private func task(_ places: [ServerRole: Endpoint]) throws -> any JourneyTask {
        func place(_ role: ServerRole) throws -> Endpoint { try #require(places[role]) }
        switch cell.kind {
        case "imap": return IMAPTask(mailbox(try place(.imap)), steps: cell.variant.steps)
        case "pop3":
            return POP3Task(POP3Access(server: try place(.pop3), tls: mode(.pop3), tlsSettings: trust, account: account))
        case "sieve":
            let access = SieveAccess(server: try place(.sieve), tls: mode(.sieve), tlsSettings: trust, account: account)
            return SieveTask(
                access,
                delivery: .init(
                    exchange: exchange(.smtp, try place(.smtp)), to: Self.username, mailbox: mailbox(try place(.imap))))
        case "smtp": return SMTPTask(exchange(.smtp, try place(.smtp), isSignedIn: true))
        case "inbound":
            return InboundTask(
                exchange: exchange(.smtp, try place(.smtp)), to: Self.username, mailbox: mailbox(try place(.imap)), account: account)
        case "outbound":
            return OutboundTask(
                exchange: exchange(.smtp, try place(.smtp), isSignedIn: true), to: Self.username,
                destination: .mailbox(mailbox(try place(.imap)), account))
        case "round-trip":
            return RoundTripTask(
                exchange: exchange(.smtp, try place(.smtp), isSignedIn: true), to: "echo@outside.test",
                mailbox: mailbox(try place(.imap)), account: account, returnedBy: .relay)
        case "negative": return try refusals(try place(cell.server))
        case "dns": return DNSTask(DNSAccess(server: try place(.dns), name: "mail.example.test"))
        case "tcp": return TCPTask(TCPAccess(server: try place(.port), greeting: "220 "))
        case "tls":
            let mailProtocol = cell.variant.mailProtocol
            return TLSTask(TLSAccess(server: try place(.port), mailProtocol: mailProtocol, tlsSettings: trust))
        case "caldav": return CalDAVTask(DAVAccess(url: try url(place(.web), "dav/"), tlsSettings: trust, account: account))
        case "carddav": return CardDAVTask(DAVAccess(url: try url(place(.web), "dav/"), tlsSettings: trust, account: account))
        case "http": return HTTPTask(HTTPAccess(url: try url(place(.web)), account: account, tlsSettings: trust))
        case "webmail":
            return WebmailTask(
                WebmailAccess(
                    url: try url(place(.web)), account: account, folder: "Sent", recipient: Self.username, tlsSettings: trust,
                    script: try WebmailPreset.roundcube.script()))
        default: throw UnknownKind()
        }
    }

    private func refusals(_ server: Endpoint) throws -> NegativeTask {
        let check = try #require(NegativeCheck(rawValue: cell.phase.split(separator: " ").last.map(String.init) ?? ""))
        let skipped = Set(NegativeCheck.allCases).subtracting([check])
        return switch cell.server {
        case .imap: NegativeTask(mailbox: mailbox(server), skipping: skipped)
        case .submission: NegativeTask(submission: exchange(.submission, server, isSignedIn: true), skipping: skipped)
        default: NegativeTask(outside: .init(exchange: exchange(.smtp, server), to: Self.username), skipping: skipped)
        }
    }

    private var account: MailAccount { MailAccount(username: Self.username, password: .file("\(directory.path)/password")) }
    private var trust: TLSSettings { TLSSettings(caFile: "\(directory.path)/ca.pem", serverName: "mail.example.test") }

    private func mode(_ role: ServerRole) -> TLSMode { role == cell.server ? cell.variant.tls : .none }

    private func mailbox(_ server: Endpoint) -> IMAPAccess {
        IMAPAccess(server: server, tls: mode(.imap), tlsSettings: trust, account: account)
    }

    private func exchange(_ role: ServerRole, _ server: Endpoint, isSignedIn: Bool = false) -> SMTPAccess {
        SMTPAccess(
            server: server, tls: mode(role), tlsSettings: trust, from: "a@outside.test", to: Self.username,
            account: isSignedIn ? account : nil)
    }

    private func url(_ server: Endpoint, _ path: String = "") throws -> HTTPURL {
        try #require(HTTPURL("\(cell.variant.tls == .implicit ? "https" : "http")://\(server)/\(path)"))
    }
}
