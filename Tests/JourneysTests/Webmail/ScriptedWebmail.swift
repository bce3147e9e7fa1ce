import Synchronization
import TestSupport

/// Speaks as much of Roundcube as a visit needs, and does wrong what it is told to.
struct ScriptedWebmail: Sendable {
    enum Fault: Sendable, Hashable {
        case wrongPassword, storageDown, noToken, noFolder, refusesSending, losesMessage, failsDeletion
        /// Finds every message of a folder, whatever it is asked for.
        case findsEverything
        /// Says nothing to whoever is the first to open a message.
        case silentAtFirst
    }

    let fault: Fault?
    private let messages: Shared<[String: String]>
    private let opened = Shared(0)

    /// - Parameter messages: subjects by folder and UID.
    init(_ fault: Fault? = nil, holding messages: [String: String] = [:]) {
        self.fault = fault
        self.messages = Shared(messages)
    }

    var remaining: [String: String] { messages.value }
    /// How often a message was opened.
    var openings: Int { opened.value }

    func answer(_ request: ScriptedWebServer.Request) -> ScriptedWebServer.Answer {
        if request.target.contains("_task=login") { return login(request) }
        if request.target.contains("_task=logout") { return .page(Self.loginPage) }
        guard request.fields["cookie"]?.contains("session=in") == true else {
            return .page(Self.loginPage, "Set-Cookie: session=out; Path=/")
        }
        if request.target.contains("_action=list") { return list(request) }
        if request.target.contains("_action=search") { return search(request) }
        if request.target.contains("_action=delete") { return delete(request) }
        if request.target.contains("_action=show") {
            opened.withLock { $0 += 1 }
            return fault == .silentAtFirst && opened.value == 1 ? .silence : .page("<div id='messagebody'>text</div>")
        }
        if request.target.contains("_action=compose") { return .page(Self.composePage) }
        if request.body.contains("_action=send") { return send(request) }
        return .page("<title>Inbox</title><script>set_env({\"request_token\":\"t2\"})</script>")
    }

    // MARK: - Private

    private static let loginPage =
        "<form id='login-form' action='/?_task=login' method=post><input name='_token' value='t1'><input name='_user'><input name='_pass'></form>"
    private static let composePage = """
        <form name=form action='/?_task=mail' method=post><input type=hidden name=_token value=t2><input type=hidden name=_action value=send>
        <select name=_from><option value=7>me</option></select><textarea name=_to></textarea><input name=_subject>
        <textarea name=_message></textarea><select name=_store_target><option value=''>-</option><option value=Sent selected>Sent</option></select>
        </form>
        """

    private func login(_ request: ScriptedWebServer.Request) -> ScriptedWebServer.Answer {
        if fault == .noToken { return .page("<p>welcome</p>") }
        guard fault != .wrongPassword else {
            return .page(Self.loginPage + "<script>display_message(\"Login failed.\",\"warning\",0)</script>", status: "401 Unauthorized")
        }
        guard fault != .storageDown else { return .page(Self.loginPage) }
        guard request.body.contains("_pass=se%26cret+%22word") && request.body.contains("_token=t1") else { return .page(Self.loginPage) }
        return .redirect(to: "./?_task=mail&_token=t2", "Set-Cookie: session=in; Path=/")
    }

    private func list(_ request: ScriptedWebServer.Request) -> ScriptedWebServer.Answer {
        guard request.fields["x-roundcube-request"] == "t2" else { return .page("{}", status: "403 Forbidden") }
        let folder = request.target.contains("_mbox=INBOX") ? "INBOX" : "Sent"
        if folder == "Sent", fault == .noFolder { return .page(#"{"exec":"this.display_message(\"No such folder.\",\"error\",0);"}"#) }
        return .page(#"{"env":{"mailbox":"\#(folder)"},"exec":"this.set_rowcount(1);\nthis.add_message_row(4,{});"}"#)
    }

    private func send(_ request: ScriptedWebServer.Request) -> ScriptedWebServer.Answer {
        if fault == .refusesSending {
            return .page("<script>parent.rcmail.display_message(\"SMTP Error (535): refused\",\"error\",0)</script>")
        }
        let field = request.body.split(separator: "&").first { $0.hasPrefix("_subject=") } ?? ""
        let subject = String(field.dropFirst("_subject=".count)).replacing("+", with: " ")
        messages.withLock { messages in
            let number = 11 + messages.count
            if fault != .losesMessage { messages["INBOX \(number)"] = subject }
            messages["Sent \(number)"] = subject
        }
        return .page("<script>parent.rcmail.sent_successfully('confirmation')</script>")
    }

    private func search(_ request: ScriptedWebServer.Request) -> ScriptedWebServer.Answer {
        let folder = request.target.contains("_mbox=INBOX") ? "INBOX" : "Sent"
        let sought = request.target.split(separator: "_q=").last.map(String.init) ?? ""
        let found = messages.value.filter { $0.key.hasPrefix(folder) && (fault == .findsEverything || $0.value.contains(sought)) }
        let rows = found.map { key, subject in
            let columns = #"{\"fromto\":\"<span class=\\\"adr\\\">me</span>\",\"subject\":\"\#(subject)\",\"size\":\"1 KB\"}"#
            return #"this.add_message_row(\#(key.split(separator: " ")[1]),\#(columns),{\"seen\":1},false);\n"#
        }
        return .page("{\"exec\":\"\(rows.joined())\"}")
    }

    private func delete(_ request: ScriptedWebServer.Request) -> ScriptedWebServer.Answer {
        if fault == .failsDeletion { return .page(#"{"exec":"this.display_message(\"Cannot delete.\",\"error\",0);"}"#) }
        let fields = request.body.split(separator: "&")
        let folder = fields.first { $0.hasPrefix("_mbox=") }?.dropFirst(6) ?? ""
        let uids = (fields.first { $0.hasPrefix("_uid=") }?.dropFirst(5) ?? "").replacing("%2C", with: ",").split(separator: ",")
        messages.withLock { messages in
            for uid in uids { messages["\(folder) \(uid)"] = nil }
        }
        return .page("{}")
    }
}
