import TestSupport

/// An IMAP server whose mailbox has messages, of which the newest has the UID 9. It takes messages and flags, tells sessions in IDLE of
/// them, and hides the messages from whoever searches.
struct ScriptedMailbox: Sendable {
    typealias Act = ScriptedServer.Act

    /// What sessions in IDLE have not been told.
    private let news = Shared("")

    /// What one connection hears.
    func script() -> ScriptedServer.Script {
        let filing = Shared<(tag: String, left: Int)?>(nil)
        let idling = Shared("")
        return { line in
            if let (tag, before) = filing.value {
                let left = before - line.utf8.count - 2
                // Behind the literal stands the end of the command's line.
                filing.value = left < 0 ? nil : (tag, left)
                return left < 0 ? filed(tag) : .silence
            }
            if line == "DONE" { return Act("\(idling.value) OK done\r\n") }
            let tag = WillingServer.tag(of: line)
            let command = line.dropFirst(tag.count + 1)
            if command.hasPrefix("APPEND") {
                filing.value = (tag, Int(command.drop { $0 != "{" }.dropFirst().prefix { $0.isNumber }) ?? 0)
                return "+ go on\r\n"
            }
            if command == "IDLE" {
                idling.value = tag
                return Act("+ idling\r\n", pushes: pushes)
            }
            return answer(tag, command)
        }
    }

    // MARK: - Private

    private func answer(_ tag: String, _ command: Substring) -> Act {
        let done = "\(tag) OK done\r\n"
        switch command.split(separator: " ").prefix(2).joined(separator: " ") {
        case "CAPABILITY": return Act("* CAPABILITY IMAP4rev1 UIDPLUS IDLE\r\n" + done)
        case let head where head.hasPrefix("SELECT") || head.hasPrefix("EXAMINE"):
            return Act("* 3 EXISTS\r\n* OK [UIDVALIDITY 7] v\r\n" + done)
        case "UID FETCH" where command.contains("BODY.PEEK[HEADER]"):
            return Act("* 3 FETCH (UID 9 FLAGS () RFC822.SIZE 3 BODY[HEADER] {4}\r\na: b)\r\n" + done)
        case "UID FETCH" where command.contains("BODY.PEEK[TEXT]"): return Act("* 3 FETCH (UID 9 BODY[TEXT]<0> {3}\r\nabc)\r\n" + done)
        case "UID FETCH": return Act("* 4 FETCH (UID 9)\r\n" + done)
        case "UID STORE":
            news.value = "* 4 FETCH (FLAGS (\\Flagged))\r\n"
            return Act(done)
        case "LOGOUT": return Act("* BYE bye\r\n" + done, hangsUp: true)
        default: return Act(done)
        }
    }

    private func filed(_ tag: String) -> Act {
        news.value = "* 4 EXISTS\r\n"
        return Act("\(tag) OK [APPENDUID 7 9] done\r\n")
    }

    /// Looks for news again and again, for as long as a run may last on a loaded machine.
    private var pushes: [ScriptedServer.Push] {
        (1...200).map { index in
            ScriptedServer.Push(delay: .milliseconds(25 * Int64(index))) {
                news.withLock { text in
                    defer { text = "" }
                    return text
                }
            }
        }
    }
}
