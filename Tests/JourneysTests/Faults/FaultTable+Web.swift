import MailClient

/// Journeys through web servers.
extension FaultTable {
    static let web: [FaultCell] =
        ["http", "webmail", "caldav", "carddav"].flatMap { kind in
            beforeTheDialogue(kind, .web, wire: kind, modes: [.implicit]).filter { $0.fault != .brokenOff }
        }
        + requests("http", "GET /", "", method: "GET", phases: ("processing", "transfer"))
        + [
            FaultCell(
                kind: "http", server: .web, fault: .refusal, moment: "GET /", words: "503 Service Unavailable", phase: "http processing",
                sentence: "http://{}/: answered 503 Service Unavailable during processing, expected 200 to 299"),
            FaultCell(
                kind: "http", server: .web, fault: .wrongPassword, moment: "GET /", words: "401 Unauthorized", phase: "http processing",
                sentence:
                    "http://{}/: login refused for the account me@example.test: 401 Unauthorized during processing, expected 200 to 299"),
        ]
        + webmail
        + dav("caldav", item: "ics") + dav("carddav", item: "vcf")

    /// Silence, an answer that is broken off and a header line without end, at one request.
    /// - Parameter phases: while the answer is awaited, and once its first byte has come.
    private static func requests(
        _ kind: String, _ moment: String, _ path: String, skipped: Int = 0, method: String, phases: (String, String)
    ) -> [FaultCell] {
        let forms: [(fault: Fault, phase: String, sentence: String)] = [
            (.silence, phases.0, "timed out during \(phases.0): the answer to \(method) did not come within {timeout}"),
            (
                .brokenOff, phases.1,
                "the server closed the connection in the middle of a reply during \(phases.1), expected the end of the answer to \(method)"
            ),
            (
                .oversizeLine, phases.1,
                "the server sent a reply beyond the limit of 65536 during \(phases.1), expected the end of the answer to \(method)"
            ),
        ]
        return forms.map { form in
            FaultCell(
                kind: kind, server: .web, fault: form.fault, moment: moment, skipped: skipped, phase: "\(kind) \(form.phase)",
                sentence: "http://{}/\(path): \(form.sentence)")
        }
    }

    // MARK: Webmail

    /// A request of the webmail's script: how it is known, how sentences call its address, and how 503 in its place is told.
    private struct Page {
        let heard: String
        let path: String
        var method = "GET"
        let phase: String
        var finding = ""
    }

    private static let pages = [
        Page(heard: "GET / ", path: "", phase: "login"),
        Page(heard: "POST /?_task=login", path: "?_task=login", method: "POST", phase: "login"),
        Page(
            heard: "_action=list&_mbox=INBOX", path: "?_task=mail&_action=list&_mbox=INBOX&_remote=1", phase: "list",
            finding: "the inbox is not listed"),
        Page(
            heard: "_action=list&_mbox=Sent", path: "?_task=mail&_action=list&_mbox={folder}&_remote=1", phase: "folder",
            finding: "the folder is not listed"),
        Page(heard: "_action=compose", path: "?_task=mail&_action=compose", phase: "send"),
        Page(heard: "POST /?_task=mail ", path: "", method: "POST", phase: "send", finding: "the message was not sent"),
        Page(
            heard: "_action=show", path: "?_task=mail&_action=show&_mbox=INBOX&_uid={arrived}", phase: "open",
            finding: "the page shows no message"),
        Page(heard: "_action=delete", path: "?_task=mail&_action=delete", method: "POST", phase: "delete"),
        Page(heard: "_task=logout", path: "?_task=logout&_token={token}", phase: "logout"),
    ]

    private static let webmail: [FaultCell] =
        pages.flatMap { page in
            requests("webmail", page.heard, page.path, method: page.method, phases: (page.phase, page.phase)) + [unavailable(page)]
        } + [
            FaultCell(
                kind: "webmail", server: .web, fault: .wrongPassword, moment: "POST /?_task=login", words: "401 Unauthorized",
                phase: "webmail login",
                sentence:
                    "http://{}/?_task=login: answered 401 Unauthorized but the page still shows the login form during login; username or password are refused"
            )
        ]

    private static func unavailable(_ page: Page) -> FaultCell {
        let words = "answered 503 Service Unavailable"
        let told =
            page.finding.isEmpty
            ? "\(words) during \(page.phase), expected 200 to 299" : "\(words) but \(page.finding) during \(page.phase)"
        return FaultCell(
            kind: "webmail", server: .web, fault: .refusal, moment: page.heard, words: "503 Service Unavailable",
            phase: "webmail \(page.phase)", sentence: "http://{}/\(page.path): \(told)")
    }

    // MARK: Calendars and contacts

    private static func dav(_ kind: String, item: String) -> [FaultCell] {
        let moments: [(heard: String, skipped: Int, phase: String, path: String, expected: String)] = [
            ("PROPFIND", 0, "discover", "dav/", "207 Multi-Status"), ("PROPFIND", 2, "propfind", "dav/", "207 Multi-Status"),
            ("PUT", 0, "put", "dav/{item}.\(item)", "201 Created"), ("GET", 0, "get", "dav/{item}.\(item)", "200 OK"),
            ("REPORT", 0, "report", "dav/", "207 Multi-Status"), ("REPORT", 1, "sync", "dav/", "207 Multi-Status"),
            ("GET", 2, "second-client", "dav/{item}.\(item)", "200 OK"),
            ("DELETE", 0, "delete", "dav/{item}.\(item)", "204 No Content"),
        ]
        var cells: [FaultCell] = []
        for moment in moments {
            cells += requests(
                kind, moment.heard, moment.path, skipped: moment.skipped, method: moment.heard, phases: (moment.phase, moment.phase))
            let told = "\(moment.heard) was answered with 503 Service Unavailable during \(moment.phase), expected \(moment.expected)"
            cells.append(
                FaultCell(
                    kind: kind, server: .web, fault: .refusal, moment: moment.heard, skipped: moment.skipped,
                    words: "503 Service Unavailable", phase: "\(kind) \(moment.phase)", sentence: "http://{}/\(moment.path): \(told)"))
        }
        return cells + [
            FaultCell(
                kind: kind, server: .web, fault: .wrongPassword, moment: "PROPFIND", words: "401 Unauthorized", phase: "\(kind) discover",
                sentence:
                    "http://{}/dav/: login refused for the account me@example.test: 401 Unauthorized during discover, expected 207 Multi-Status"
            ),
            FaultCell(
                kind: kind, server: .web, fault: .refusal, moment: "PUT", words: "507 Insufficient Storage", phase: "\(kind) put",
                sentence: "http://{}/dav/{item}.\(item): PUT was answered with 507 Insufficient Storage during put, expected 201 Created"),
        ]
    }
}
