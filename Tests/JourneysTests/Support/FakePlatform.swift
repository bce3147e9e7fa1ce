import MailClient
import Synchronization

/// A whole platform in miniature: what its SMTP server takes lies in its one mailbox, unless it is held back.
final class FakePlatform: Sendable {
    struct Message: Sendable {
        let uid: Int
        let folder: String
        let text: String
        var isDeleted = false
    }

    private struct State {
        var messages: [Message] = []
        var held: [String] = []
        var isHolding = false
        var destinations = ["INBOX"]
        var diagnosis: String?
        var taken: [String] = []
        var answer = "250 2.0.0 Ok: queued as 3F2A1\r\n"
        var watcher: (@Sendable (String) -> Void)?
        var nextUID = 1
        var commands: [String] = []
        var refusesLogins = false
    }

    private let state = Mutex(State())
    private let hasUIDPlus: Bool
    /// Lines that it puts in front of each message that it takes.
    private let marks: [String]

    /// What arrives instead of a message that is taken.
    private let forwarding: @Sendable (String) -> String

    init(hasUIDPlus: Bool = true, marks: [String] = [], forwarding: @escaping @Sendable (String) -> String = { $0 }) {
        self.hasUIDPlus = hasUIDPlus
        self.marks = marks
        self.forwarding = forwarding
    }

    var messages: [Message] { state.withLock(\.messages) }
    /// IMAP commands without their tags.
    var commands: [String] { state.withLock(\.commands) }

    /// Where what comes is filed from now on: one copy in each.
    func file(into folders: String...) { state.withLock { $0.destinations = folders } }

    /// What comes from now on is reported to its sender as undeliverable, and the report filed.
    func bounce(with diagnosis: String) { state.withLock { $0.diagnosis = diagnosis } }

    /// What the SMTP server says to a message; empty for silence.
    var answerToMessage: String {
        get { state.withLock(\.answer) }
        set { state.withLock { $0.answer = newValue } }
    }

    /// Whether the IMAP server lets nobody in.
    var refusesLogins: Bool {
        get { state.withLock(\.refusesLogins) }
        set { state.withLock { $0.refusesLogins = newValue } }
    }

    /// Everything that the SMTP server ever took.
    var taken: [String] { state.withLock(\.taken) }

    /// Told `taken` and `flagged` as that happens.
    func watch(_ watcher: @escaping @Sendable (String) -> Void) { state.withLock { $0.watcher = watcher } }

    func hold() { state.withLock { $0.isHolding = true } }

    func release() {
        state.withLock { state in
            state.isHolding = false
            for text in state.held { Self.deliver(text, in: &state) }
            state.held = []
        }
    }

    /// Forgets what is held.
    func drop() { state.withLock { $0.held = [] } }

    func put(_ text: String) { state.withLock { Self.store(text, in: "INBOX", of: &$0) } }

    static let smtpGreeting: ScriptedServer.Act = "220 mx-1.example.test ESMTP\r\n"
    static let imapGreeting: ScriptedServer.Act = "* OK ready\r\n"

    func startSMTP() async throws -> ScriptedServer {
        try await ScriptedServer.start(greeting: Self.smtpGreeting) { self.smtpScript() }
    }

    func startIMAP() async throws -> ScriptedServer {
        try await ScriptedServer.start(greeting: Self.imapGreeting) { self.imapScript() }
    }

    /// What one connection to the SMTP server hears.
    func smtpScript() -> ScriptedServer.Script {
        let body = Mutex<[String]?>(nil)
        return { [self] line in
            if let lines = body.withLock(\.self) {
                guard line == "." else {
                    body.withLock { $0 = lines + [line.hasPrefix(".") ? String(line.dropFirst()) : line] }
                    return .silence
                }
                body.withLock { $0 = nil }
                take((marks + lines).joined(separator: "\r\n") + "\r\n")
                return .init(answerToMessage)
            }
            switch line.prefix(4) {
            case "EHLO": return "250-mx-1.example.test\r\n250-AUTH PLAIN\r\n250 SIZE 1000000\r\n"
            case "AUTH": return "235 2.7.0 in\r\n"
            case "DATA":
                body.withLock { $0 = [] }
                return "354 go on\r\n"
            case "QUIT": return .init("221 bye\r\n", hangsUp: true)
            default: return "250 ok\r\n"
            }
        }
    }

    /// What one connection to the IMAP server hears.
    func imapScript() -> ScriptedServer.Script {
        let selected = Mutex("INBOX")
        return { [self] line in
            if let name = line.firstMatch(of: /(?:SELECT|EXAMINE) "?([^"]+)"?$/) {
                let folder = String(name.output.1)
                guard folders.contains(folder) else { return .init("\(line.prefix { $0 != " " }) NO there is none\r\n") }
                selected.withLock { $0 = folder }
            }
            return answer(line, in: selected.withLock(\.self))
        }
    }

    // MARK: - Private

    private static func deliver(_ text: String, in state: inout State) {
        var text = text
        if let diagnosis = state.diagnosis {
            text =
                "Content-Type: multipart/report; report-type=delivery-status\r\n\r\nAction: failed\r\n"
                + "Diagnostic-Code: \(diagnosis)\r\n\r\n\(text)"
        }
        for folder in state.destinations { store(text, in: folder, of: &state) }
    }

    private static func store(_ text: String, in folder: String, of state: inout State) {
        state.messages.append(Message(uid: state.nextUID, folder: folder, text: text))
        state.nextUID += 1
    }

    private func take(_ taken: String) {
        let text = forwarding(taken)
        let watcher = state.withLock(\.watcher)
        watcher?("taken")
        state.withLock { state in
            state.taken.append(text)
            if state.isHolding { state.held.append(text) } else { Self.deliver(text, in: &state) }
        }
    }

    private func answer(_ line: String, in folder: String) -> ScriptedServer.Act {
        let tag = line.prefix { $0 != " " }
        let command = line.dropFirst(tag.count + 1)
        state.withLock { $0.commands.append(String(command)) }
        let words = command.split(separator: " ").map(String.init)
        let done = "\(tag) OK done\r\n"
        switch words.prefix(2).joined(separator: " ") {
        case let head where head.hasPrefix("LOGIN") && refusesLogins: return .init("\(tag) NO [UNAVAILABLE] not now\r\n")
        case let head where head.hasPrefix("LOGIN"):
            return .init("\(tag) OK [CAPABILITY IMAP4rev1\(hasUIDPlus ? " UIDPLUS" : "")] in\r\n")
        case let head where head.hasPrefix("SELECT") || head.hasPrefix("EXAMINE"):
            return .init("* \(messages.count) EXISTS\r\n" + done)
        case "UID SEARCH":
            let sought = command.split(separator: "\"").last.map(String.init) ?? ""
            let found = messages.filter { message in
                guard !message.isDeleted, message.folder == folder else { return false }
                guard command.contains(" BODY ") else { return Self.header(of: message.text).contains(sought) }
                let texts = command.matches(of: /BODY "([^"]*)"/).map(\.output.1)
                return message.text.contains("multipart/report") && texts.contains { message.text.contains($0) }
            }.map { " \($0.uid)" }
            return .init("* SEARCH\(found.joined())\r\n" + done)
        case "UID FETCH":
            return .init(fetch(uids(words[2]), isWhole: command.contains("BODY.PEEK[]")) + done)
        case "UID STORE":
            let uids = uids(words[2])
            let watcher = state.withLock(\.watcher)
            watcher?("flagged")
            state.withLock { state in
                for index in state.messages.indices where uids.contains(state.messages[index].uid) {
                    state.messages[index].isDeleted = true
                }
            }
            return .init(done)
        case "UID EXPUNGE":
            let uids = uids(words[2])
            state.withLock { state in state.messages.removeAll { $0.isDeleted && uids.contains($0.uid) } }
            return .init(done)
        case "LIST \"\"":
            return .init(folders.map { "* LIST (\($0 == "Spam" ? "\\Junk" : "")) \"/\" \"\($0)\"\r\n" }.joined() + done)
        case "LOGOUT": return .init("* BYE bye\r\n" + done, hangsUp: true)
        case "CAPABILITY": return .init("* CAPABILITY IMAP4rev1\(hasUIDPlus ? " UIDPLUS" : "")\r\n" + done)
        default: return .init(done)
        }
    }

    private var folders: Set<String> {
        Set(["INBOX", "Archive"]).union(state.withLock { $0.destinations + $0.messages.map(\.folder) })
    }

    private static func header(of text: String) -> String {
        text.firstRange(of: "\r\n\r\n").map { String(text[..<$0.lowerBound]) } ?? text
    }

    private func uids(_ set: String) -> Set<Int> {
        Set(
            set.split(separator: ",").flatMap { range -> [Int] in
                let ends = range.split(separator: ":").compactMap { Int($0) }
                guard let first = ends.first, let last = ends.last else { return [] }
                return Array(first...last)
            })
    }

    private func fetch(_ uids: Set<Int>, isWhole: Bool) -> String {
        messages.filter { uids.contains($0.uid) }.map { message in
            let header = Self.header(of: message.text).split(separator: "\r\n").filter { $0.hasPrefix("X-Postwatch-Probe:") }.map {
                $0 + "\r\n"
            }.joined()
            let part = isWhole ? message.text : header + "\r\n"
            let section = isWhole ? "" : "HEADER.FIELDS (X-POSTWATCH-PROBE)"
            return
                "* \(message.uid) FETCH (UID \(message.uid) RFC822.SIZE \(message.text.utf8.count) BODY[\(section)] {\(part.utf8.count)}\r\n\(part))\r\n"
        }.joined()
    }
}
