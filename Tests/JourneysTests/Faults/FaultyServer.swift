import MailClient
import NIOSSL
import TestSupport

/// A server of a journey as a cell of the table wants it: it misbehaves when its moment has come, and never before.
struct FaultyServer: Sendable {
    let endpoint: Endpoint
    let stop: @Sendable () async throws -> Void

    /// Bytes without an end of line, more than the protocol takes.
    private static func endless(_ cell: FaultCell) -> String {
        let isIMAP = cell.server == .imap || cell.variant.mailProtocol == .imap
        return String(repeating: "a", count: isIMAP ? 270_000 : 70_000)
    }

    // MARK: Line protocols

    /// - Parameter isAtFault: `false` for a server that does all that is asked.
    static func start(
        _ willing: WillingServer, _ cell: FaultCell, isAtFault: Bool, speaking mailProtocol: MailProtocol, tls: TLSMode
    ) async throws -> FaultyServer {
        if isAtFault, cell.fault == .blackHole { return try blackHole() }
        let context = try context(isExpired: isAtFault && cell.fault == .expiredCertificate)
        var willing = tls == .starttls ? willing.offering(mailProtocol, context) : willing
        let misbehaves = isAtFault && cell.fault != .expiredCertificate
        // What goes wrong at once goes wrong before encryption.
        let isEncrypted = tls == .implicit && !(misbehaves && cell.moment.isEmpty)
        if misbehaves { willing = misbehaving(willing, cell) }
        let server = try await ScriptedServer.start(greeting: willing.greeting, tls: isEncrypted ? context : nil, script: willing.script)
        return FaultyServer(endpoint: server.endpoint) { try await server.stop() }
    }

    private static func misbehaving(_ willing: WillingServer, _ cell: FaultCell) -> WillingServer {
        // Over all connections: a journey may have several with one server.
        let heard = Shared(0)
        return WillingServer(greeting: cell.moment.isEmpty ? act(cell, tag: "") : willing.greeting) {
            let inner = willing.script()
            let isDeaf = Shared(cell.moment.isEmpty && cell.fault == .silence)
            return { line in
                if isDeaf.value { return .silence }
                let tag = WillingServer.tag(of: line)
                let isMoment = !cell.moment.isEmpty && matches(line, behind: tag, cell.moment)
                guard isMoment, count(heard) > cell.skipped else { return inner(line) }
                isDeaf.value = cell.fault == .silence
                return act(cell, tag: tag)
            }
        }
    }

    private static func matches(_ line: String, behind tag: String, _ moment: String) -> Bool {
        // A dot ends a message; other lines of it may begin with one.
        if moment.count == 1 { return line == moment }
        return line.hasPrefix(moment) || line.dropFirst(tag.count + 1).hasPrefix(moment)
    }

    private static func count(_ heard: Shared<Int>) -> Int {
        heard.withLock { count in
            count += 1
            return count
        }
    }

    private static func act(_ cell: FaultCell, tag: String) -> ScriptedServer.Act {
        let words = cell.words.replacing("{tag}", with: tag)
        return switch cell.fault {
        case .oversizeLine: .init(words + endless(cell))
        case .brokenOff: .init(words, hangsUp: true)
        case .wrongPassword, .expiredCertificate, .blackHole, .silence, .refusal: .init(words)
        }
    }

    // MARK: Others

    static func startWeb(
        _ cell: FaultCell, isAtFault: Bool, _ willing: @escaping ScriptedWebServer.Script
    ) async throws -> FaultyServer {
        if isAtFault, cell.fault == .blackHole { return try blackHole() }
        let heard = Shared(0)
        let misbehaves = isAtFault && cell.fault != .expiredCertificate
        let isEncrypted = cell.variant.tls == .implicit && !misbehaves
        let context = try context(isExpired: isAtFault && cell.fault == .expiredCertificate)
        let server = try await ScriptedWebServer.start(tls: isEncrypted ? context : nil) { request in
            let isMoment = misbehaves && "\(request.method) \(request.target) ".contains(cell.moment)
            guard isMoment, count(heard) > cell.skipped else { return willing(request) }
            return switch cell.fault {
            case .oversizeLine: .raw("HTTP/1.1 200 OK\r\nX-Long: " + endless(cell), hangsUp: false)
            case .brokenOff: .raw("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n<a>")
            case .silence: .silence
            case .wrongPassword where cell.kind == "webmail":
                .page("<form><input name='_pass'></form>", status: cell.words)
            case .wrongPassword, .expiredCertificate, .blackHole, .refusal: .page("", status: cell.words)
            }
        }
        return FaultyServer(endpoint: server.endpoint) { try await server.stop() }
    }

    static func startNames(_ cell: FaultCell, isAtFault: Bool) async throws -> FaultyServer {
        let codes: [String: UInt8] = ["SERVFAIL": 2, "NXDOMAIN": 3, "REFUSED": 5]
        let isByTCP = cell.fault == .silence || cell.fault == .brokenOff
        let server = try await ScriptedNameServer.start { question in
            guard isAtFault else { return ScriptedNameServer.address(to: question) }
            if cell.fault == .blackHole { return nil }
            return ScriptedNameServer.answer(to: question, code: codes[cell.words] ?? 0, isTruncated: isByTCP)
        } tcp: { question in
            // More is announced than comes.
            cell.fault == .brokenOff ? [0, 200] + ScriptedNameServer.address(to: question) : nil
        }
        return FaultyServer(endpoint: server.endpoint) { try await server.stop() }
    }

    // MARK: - Private

    private static func blackHole() throws -> FaultyServer {
        let hole = try BlackHole()
        return FaultyServer(endpoint: hole.endpoint) { hole.close() }
    }

    private static func context(isExpired: Bool) throws -> NIOSSLContext { try (isExpired ? expired : valid).get() }

    private static let valid = Result { try NIOSSLContext.server(TestCertificates.validCertificate, TestCertificates.validKey) }
    private static let expired = Result { try NIOSSLContext.server(TestCertificates.expiredCertificate, TestCertificates.expiredKey) }
}
