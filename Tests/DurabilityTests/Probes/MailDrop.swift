import Foundation
import NIOCore
import NIOPosix
import Synchronization
import TestSupport

/// A mail platform in miniature, in this process, so that it outlives the server that is killed: takes mail by SMTP, shows it by IMAP a
/// little later, and does to some messages what platforms do to some messages. It knows what has become of each.
final class MailDrop: Sendable {
    /// What may happen to a message.
    enum Fate: CaseIterable {
        case delivered, deliveredTwice, dropped, refused, takenWithoutAnswer
    }

    private struct Message {
        let uid: Int
        let text: String
        let visibleAt: ContinuousClock.Instant
        var isDeleted = false
    }

    private struct State {
        var random: SeededGenerator
        var messages: [Message] = []
        var fates: [Fate: Int] = [:]
        var isKind = false
    }

    private let state: Mutex<State>

    init(seed: UInt64) {
        state = Mutex(State(random: SeededGenerator(seed: seed)))
    }

    /// From now on everything is delivered at once.
    func beKind() { state.withLock { $0.isKind = true } }

    func count(of fate: Fate) -> Int { state.withLock { $0.fates[fate] ?? 0 } }
    /// Messages that a user would see.
    var remaining: Int { state.withLock { $0.messages.count { !$0.isDeleted } } }

    /// Listens until the process ends: SMTP on port 2525, IMAP on 1143.
    func listen(on address: String) async throws {
        try await listen(on: address, 2525, "220 drop ESMTP\r\n") { self.smtp() }
        try await listen(on: address, 1143, "* OK ready\r\n") { { self.imap($0) } }
    }

    // MARK: - Private

    private func listen(on address: String, _ port: Int, _ greeting: String, script: @escaping @Sendable () -> LineScript) async throws {
        _ = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(LineServer(greeting: greeting, script: script()))
                }
            }
            .bind(host: address, port: port).get()
    }

    private func smtp() -> LineScript {
        var body: [String]?
        return { line in
            if let lines = body {
                guard line == "." else {
                    body = lines + [line]
                    return ("", false)
                }
                body = nil
                switch self.take(lines.joined(separator: "\r\n") + "\r\n") {
                case .refused: return ("452 4.3.1 full\r\n", false)
                case .takenWithoutAnswer: return ("", true)
                case .delivered, .deliveredTwice, .dropped: return ("250 2.0.0 Ok: queued as 3F2A1\r\n", false)
                }
            }
            switch line.prefix(4) {
            case "DATA":
                body = []
                return ("354 go on\r\n", false)
            case "QUIT": return ("221 bye\r\n", true)
            default: return ("250 ok\r\n", false)
            }
        }
    }

    private func take(_ text: String) -> Fate {
        state.withLock { state in
            let draw = state.isKind ? 0 : Int.random(in: 0..<20, using: &state.random)
            let fate: Fate = [16: .deliveredTwice, 17: .dropped, 18: .refused, 19: .takenWithoutAnswer][draw] ?? .delivered
            state.fates[fate, default: 0] += 1
            let delay = state.isKind ? 0 : Int.random(in: 0...1500, using: &state.random)
            for _ in 0..<(fate == .deliveredTwice ? 2 : fate == .delivered || fate == .takenWithoutAnswer ? 1 : 0) {
                state.messages.append(
                    Message(uid: state.messages.count + 1, text: text, visibleAt: .now + .milliseconds(delay)))
            }
            return fate
        }
    }

    private func imap(_ line: String) -> (String, Bool) {
        let words = line.split(separator: " ").map(String.init)
        guard words.count > 1 else { return ("", true) }
        let done = "\(words[0]) OK [CAPABILITY IMAP4rev1 UIDPLUS] done\r\n"
        switch words[1...].prefix(2).joined(separator: " ") {
        case "UID SEARCH":
            let sought = line.split(separator: "\"").last.map(String.init) ?? ""
            let found = visible.filter { Self.header(of: $0.text).contains(sought) }.map { " \($0.uid)" }
            return ("* SEARCH\(found.joined())\r\n" + done, false)
        case "UID FETCH":
            let isWhole = line.contains("BODY.PEEK[]")
            let answers = visible.filter { Self.uids(words[3]).contains($0.uid) }.map { message in
                let header = Self.header(of: message.text).split(separator: "\r\n").filter { $0.hasPrefix("X-Postwatch-Probe:") }
                let part = isWhole ? message.text : header.joined(separator: "\r\n") + "\r\n\r\n"
                let section = isWhole ? "" : "HEADER.FIELDS (X-POSTWATCH-PROBE)"
                return "* \(message.uid) FETCH (UID \(message.uid) BODY[\(section)] {\(part.utf8.count)}\r\n\(part))\r\n"
            }
            return (answers.joined() + done, false)
        case "UID STORE":
            let uids = Self.uids(words[3])
            state.withLock { state in for uid in uids { state.messages[uid - 1].isDeleted = true } }
            return (done, false)
        case "LOGOUT": return ("* BYE bye\r\n" + done, true)
        case let head where head.hasPrefix("SELECT"): return ("* 0 EXISTS\r\n" + done, false)
        default: return (done, false)
        }
    }

    private var visible: [Message] {
        let now = ContinuousClock.now
        return state.withLock { $0.messages.filter { !$0.isDeleted && $0.visibleAt <= now } }
    }

    private static func header(of text: String) -> String {
        text.firstRange(of: "\r\n\r\n").map { String(text[..<$0.lowerBound]) } ?? text
    }

    private static func uids(_ set: String) -> [Int] {
        set.split(separator: ",").flatMap { range -> [Int] in
            let ends = range.split(separator: ":").compactMap { Int($0) }
            guard let first = ends.first, let last = ends.last else { return [] }
            return Array(first...last)
        }
    }
}

/// One connection's script: told a line without its end, says what to answer and whether to hang up.
private typealias LineScript = (String) -> (String, Bool)

private final class LineServer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let greeting: String
    private let script: LineScript
    private var pending: [UInt8] = []

    init(greeting: String, script: @escaping LineScript) {
        self.greeting = greeting
        self.script = script
    }

    func channelActive(context: ChannelHandlerContext) { write(greeting, context) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        pending += unwrapInboundIn(data).readableBytesView
        while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
            let line = String(decoding: pending[..<end], as: UTF8.self)
            pending.removeFirst(end + 1)
            let (answer, hangsUp) = script(line.hasSuffix("\r") || line.hasSuffix("\r\n") ? String(line.dropLast()) : line)
            write(answer, context)
            if hangsUp { context.close(promise: nil) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func write(_ text: String, _ context: ChannelHandlerContext) {
        guard !text.isEmpty else { return }
        context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(string: text)), promise: nil)
    }
}
