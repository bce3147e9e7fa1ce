import NIOCore
import NIOPosix
import Synchronization
import TestSupport

/// A mail platform in miniature, in this process, so that it outlives the program that is killed: takes mail by SMTP, shows it by IMAP a
/// little later or carries it to a receiver, and does to some messages what platforms do to some messages. It knows what has become of each.
final class MailDrop: Sendable {
    /// What may happen to a message.
    enum Fate: CaseIterable {
        case delivered, deliveredTwice, dropped, refused, takenWithoutAnswer
    }

    /// A moment on a message's way at which something can be done to whoever sent it.
    enum Moment: CaseIterable {
        /// The last byte of a message has come, and nothing was answered.
        case handedOver
        /// The word of acceptance was said.
        case accepted
        /// Messages are asked for, and not told.
        case asked
        /// Messages were removed, and nothing was answered.
        case removed
        /// A receiver gave its word for a message.
        case received
    }

    private struct Message {
        let uid: Int
        let text: String
        let visibleAt: ContinuousClock.Instant
        var isDeleted = false
    }

    private struct Trap {
        let moment: Moment
        var passing: Int
        let action: @Sendable () -> Void
    }

    private struct State {
        var random: SeededGenerator
        var messages: [Message] = []
        var fates: [Fate: Int] = [:]
        var fateByID: [String: Fate] = [:]
        /// Copies on their way to a receiver.
        var underWay = 0
        var refusals = 0
        var isKind = false
        var trap: Trap?
    }

    private let state: Mutex<State>
    private let receiver: (address: String, port: Int)?

    /// - Parameter receiver: where mail for vantage.test goes, again and again until it is taken.
    init(seed: UInt64, receiver: (address: String, port: Int)? = nil) {
        state = Mutex(State(random: SeededGenerator(seed: seed)))
        self.receiver = receiver
    }

    /// From now on everything is delivered at once.
    func beKind() { state.withLock { $0.isKind = true } }

    func count(of fate: Fate) -> Int { state.withLock { $0.fates[fate] ?? 0 } }
    /// By the identifiers of the messages that came.
    var fates: [String: Fate] { state.withLock(\.fateByID) }
    /// Messages that a user would see, and copies that have not come to their receiver.
    var remaining: Int { state.withLock { state in state.messages.count { !$0.isDeleted } + state.underWay } }
    /// Copies that a receiver refused for ever.
    var refusals: Int { state.withLock(\.refusals) }

    /// Calls `action` once, when that moment has come and gone `passing` times. It takes the place of the trap before.
    func set(trapAt moment: Moment, passing: Int, _ action: @escaping @Sendable () -> Void) {
        state.withLock { $0.trap = Trap(moment: moment, passing: passing, action: action) }
    }

    /// Listens until the process ends: SMTP on port 2525, IMAP on 1143.
    func listen(on address: String) async throws {
        try await listen(on: address, 2525, "220 drop ESMTP\r\n") { self.smtp() }
        try await listen(on: address, 1143, "* OK ready\r\n") { { self.imap($0) } }
    }

    // MARK: - Private

    private func listen(
        on address: String, _ port: Int, _ greeting: String, script: @escaping @Sendable () -> LineServer.Script
    ) async throws {
        _ = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(LineServer(greeting: greeting, script: script()))
                }
            }
            .bind(host: address, port: port).get()
    }

    private func pass(_ moment: Moment) {
        let action = state.withLock { state -> (@Sendable () -> Void)? in
            guard var trap = state.trap, trap.moment == moment else { return nil }
            trap.passing -= 1
            state.trap = trap.passing < 0 ? nil : trap
            return trap.passing < 0 ? trap.action : nil
        }
        action?()
    }

    // MARK: SMTP

    private func smtp() -> LineServer.Script {
        var body: [String]?
        var recipient = ""
        return { line in
            if let lines = body {
                guard line == "." else {
                    body = lines + [line]
                    return .init()
                }
                body = nil
                let fate = self.take(lines.joined(separator: "\r\n") + "\r\n", for: recipient)
                self.pass(.handedOver)
                switch fate {
                case .refused: return .init(text: "452 4.3.1 full\r\n")
                case .takenWithoutAnswer: return .init(hangsUp: true)
                case .delivered, .deliveredTwice, .dropped:
                    return .init(text: "250 2.0.0 Ok: queued as 3F2A1\r\n") { self.pass(.accepted) }
                }
            }
            switch line.prefix(4) {
            case "RCPT":
                recipient = line.split { $0 == "<" || $0 == ">" }.dropFirst().first.map(String.init) ?? ""
                return .init(text: "250 ok\r\n")
            case "DATA":
                body = []
                return .init(text: "354 go on\r\n")
            case "QUIT": return .init(text: "221 bye\r\n", hangsUp: true)
            default: return .init(text: "250 ok\r\n")
            }
        }
    }

    private func take(_ text: String, for recipient: String) -> Fate {
        let receiver = recipient.hasSuffix("@vantage.test") ? receiver : nil
        let (fate, copies) = state.withLock { state -> (Fate, [(text: String, delay: Int)]) in
            let draw = state.isKind ? 0 : Int.random(in: 0..<20, using: &state.random)
            let fate: Fate = [16: .deliveredTwice, 17: .dropped, 18: .refused, 19: .takenWithoutAnswer][draw] ?? .delivered
            state.fates[fate, default: 0] += 1
            if let id = Self.identifier(of: text) { state.fateByID[id] = fate }
            let delay = state.isKind ? 0 : Int.random(in: 0...1500, using: &state.random)
            let count = fate == .deliveredTwice ? 2 : fate == .delivered || fate == .takenWithoutAnswer ? 1 : 0
            // Copies come by different ways, and each bears the marks of its own.
            let copies = (0..<count).map { (text: "Received: by drop id \($0); now\r\n" + text, delay: delay) }
            if receiver != nil {
                state.underWay += count
            } else {
                for copy in copies {
                    state.messages.append(
                        Message(uid: state.messages.count + 1, text: copy.text, visibleAt: .now + .milliseconds(copy.delay)))
                }
            }
            return (fate, copies)
        }
        if let receiver {
            let lines = ["EHLO drop", "MAIL FROM:<>", "RCPT TO:<\(recipient)>", "DATA"]
            for copy in copies {
                let loop = MultiThreadedEventLoopGroup.singleton.next()
                loop.scheduleTask(in: .milliseconds(Int64(copy.delay))) { self.carry(lines + [copy.text + "."], to: receiver, on: loop) }
            }
        }
        return fate
    }

    /// Brings a copy to its receiver: again and again, as mail servers do, until it is taken or refused for ever.
    private func carry(_ lines: [String], to receiver: (address: String, port: Int), on loop: any EventLoop) {
        let result = loop.makePromise(of: Int.self)
        ClientBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(LineClient(lines, result: result))
                }
            }
            .connect(host: receiver.address, port: receiver.port).whenFailure { _ in result.succeed(0) }
        result.futureResult.whenSuccess { code in
            if code == 250 { self.pass(.received) }
            if code == 250 || code >= 500 {
                self.state.withLock { state in
                    state.underWay -= 1
                    state.refusals += code == 250 ? 0 : 1
                }
            } else {
                loop.scheduleTask(in: .milliseconds(100)) { self.carry(lines, to: receiver, on: loop) }
            }
        }
    }

    /// What stands in `Message-ID: <postwatch.ID@host>`.
    private static func identifier(of text: String) -> String? {
        guard let start = text.firstRange(of: "<postwatch.")?.upperBound, let end = text[start...].firstIndex(of: "@") else { return nil }
        return String(text[start..<end])
    }

    // MARK: IMAP

    private func imap(_ line: String) -> LineServer.Answer {
        let words = line.split(separator: " ").map(String.init)
        guard words.count > 1 else { return .init(hangsUp: true) }
        let done = "\(words[0]) OK [CAPABILITY IMAP4rev1 UIDPLUS] done\r\n"
        switch words[1...].prefix(2).joined(separator: " ") {
        case "UID SEARCH":
            let sought = line.split(separator: "\"").last.map(String.init) ?? ""
            let found = visible.filter { Self.header(of: $0.text).contains(sought) }.map { " \($0.uid)" }
            return .init(text: "* SEARCH\(found.joined())\r\n" + done)
        case "UID FETCH":
            pass(.asked)
            let isWhole = line.contains("BODY.PEEK[]")
            let answers = visible.filter { Self.uids(words[3]).contains($0.uid) }.map { message in
                let header = Self.header(of: message.text).split(separator: "\r\n").filter { $0.hasPrefix("X-Postwatch-Probe:") }
                let part = isWhole ? message.text : header.joined(separator: "\r\n") + "\r\n\r\n"
                let section = isWhole ? "" : "HEADER.FIELDS (X-POSTWATCH-PROBE)"
                return "* \(message.uid) FETCH (UID \(message.uid) BODY[\(section)] {\(part.utf8.count)}\r\n\(part))\r\n"
            }
            return .init(text: answers.joined() + done)
        case "UID STORE":
            let uids = Self.uids(words[3])
            state.withLock { state in for uid in uids { state.messages[uid - 1].isDeleted = true } }
            pass(.removed)
            return .init(text: done)
        case "LOGOUT": return .init(text: "* BYE bye\r\n" + done, hangsUp: true)
        case let head where head.hasPrefix("SELECT"): return .init(text: "* 0 EXISTS\r\n" + done)
        default: return .init(text: done)
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
