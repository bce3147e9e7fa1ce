import MailClient
import MailWire
import NIOCore
import PostwatchModel
import PostwatchRuntime

/// One run of a script: its variables, and the page that it looks at. Belongs to one task.
final class WebScriptRun {
    /// A check does not hold, or something is not there that shall be taken: it may be on another look.
    private struct Unmet: Error {
        let failure: StepFailure
    }

    private let script: WebScript
    private let visit: HTTPVisit
    private let recorder: RunRecorder
    private let clock: any Clock<Duration>
    private let start: HTTPURL
    private let probe: WebProbe
    private var values: [String: String]
    private var page: WebPage?
    private var next = 0

    /// - Parameter values: of the given variables.
    init(
        _ access: WebmailAccess, values: [String: String], probe: WebProbe, visit: HTTPVisit, recorder: RunRecorder,
        clock: any Clock<Duration>
    ) {
        script = access.script
        start = access.url
        self.values = values
        self.probe = probe
        self.visit = visit
        self.recorder = recorder
        self.clock = clock
    }

    /// Does all steps that are due.
    func perform() async throws { try await perform(upTo: script.steps.count) }

    /// Does the steps of signing in that are due.
    func signIn() async throws { try await perform(upTo: script.endOfLogin) }

    private func perform(upTo end: Int) async throws {
        while next < end {
            let step = script.steps[next]
            next += 1
            guard step.isDue(with: values) else { continue }
            try await visit.step(step.phase, at: shown(step)) { [self] in try await performUntilMet(step) }
        }
    }

    /// Says goodbye where the script was broken off, in the time that is kept for that.
    func part() async {
        let isMet = page != nil
        for step in script.steps.dropFirst(next) where isMet && step.isFarewell && step.isDue(with: values) {
            guard step.variables.allSatisfy({ values[$0] != nil }), let request = try? request(of: step) else { continue }
            await visit.part(request)
        }
    }

    // MARK: - Private

    private func performUntilMet(_ step: WebStep) async throws {
        while true {
            do {
                return try await performOnce(step)
            } catch let unmet as Unmet {
                guard let pause = step.pause, recorder.deadline - .now() > .milliseconds(pause.wholeMilliseconds) else {
                    throw unmet.failure
                }
                try await clock.sleep(for: pause)
            }
        }
    }

    private func performOnce(_ step: WebStep) async throws {
        let request = try request(of: step)
        let place = step.url == nil ? request.url.withoutParameters : shown(step)
        let answer = try await visit.perform(request, shownAs: place)
        let page = WebPage(answer)
        for check in step.checks where !check.holds(for: page, values) {
            throw unmet(step, page, check.finding, check.complaint)
        }
        guard step.statuses.contains(where: { $0.codes.contains(answer.response.status) }) else {
            let expected = step.statuses.map(\.description).joined(separator: " or ")
            throw visit.refusal(answer.place, "answered \(answer.response.statusLine)", expected: expected)
        }
        for extraction in step.extractions {
            guard let value = extraction.value(in: page, of: probe, cookie: { visit.cookie($0, for: answer.url) }) else {
                throw unmet(step, page, extraction.finding, extraction.complaint)
            }
            values[extraction.name] = value
        }
        self.page = page
    }

    private func unmet(_ step: WebStep, _ page: WebPage, _ finding: WebFinding, _ complaint: String) -> Unmet {
        let (seen, meaning) = finding.words(about: page, otherwise: complaint)
        let patience = step.pause == nil ? "" : " within \(recorder.timeout.prometheusText)"
        let answer = page.answer
        return Unmet(
            failure: visit.refusal(answer.place, "answered \(answer.response.statusLine) but \(seen)", rest: patience + meaning))
    }

    /// Without what stands for variables, and without what a page writes behind a question mark.
    private func addressFault(of step: WebStep, _ form: HTMLForm?) -> String {
        if step.url != nil { return "\(shown(step)): with its variables filled in this is no address of the web" }
        let action = (form?.action ?? "").utf8.prefix { !"?#;".utf8.contains($0) }
        return
            "\(page?.answer.place ?? start.origin): the form leads to \"\(WireText.printable(action, limit: 80))\", no address of the web"
    }

    /// The address as the script writes it: what variables stand for may be the secret of a session.
    private func shown(_ step: WebStep) -> String {
        step.url?.shown(url: values["url"] ?? "") ?? start.origin
    }

    // MARK: Requests

    private func request(of step: WebStep) throws -> HTTPRequest {
        let form = try pageForm(of: step)
        let reference = step.url?.filled(with: values, .address) ?? form?.action ?? ""
        guard var url = (page?.answer.url ?? start).resolving(reference) else {
            throw StepFailure("\(addressFault(of: step, form)) during \(step.phase)")
        }
        var (body, type) = content(of: step, form)
        let method = step.method ?? form?.method ?? (body == nil ? "GET" : "POST")
        if method == "GET", case .form = step.content { (url, body, type) = try query(url, body, step) }
        if method == "GET", case .pageForm = step.content { (url, body, type) = try query(url, body, step) }
        var fields = HTTPFields()
        for field in step.headers { fields[field.name] = field.value.filled(with: values) }
        for field in script.headers where fields[field.name] == nil { fields[field.name] = field.value.filled(with: values) }
        if let type, fields["Content-Type"] == nil { fields["Content-Type"] = type }
        return HTTPRequest(method, url, fields: fields, body: body.map { Array($0.utf8) })
    }

    private func pageForm(of step: WebStep) throws -> HTMLForm? {
        guard case .pageForm(let path, _) = step.content else { return nil }
        guard let form = page?.document?.form(at: path) else {
            throw StepFailure("\(page?.answer.place ?? start.origin): the page has no form at \(path.source) during \(step.phase)")
        }
        return form
    }

    private func content(of step: WebStep, _ form: HTMLForm?) -> (body: String?, type: String?) {
        let formType = "application/x-www-form-urlencoded"
        switch step.content {
        case .nothing: return (nil, nil)
        case .form(let fields): return (encoded(fields), formType)
        case .pageForm(_, let fields):
            let names = Set(fields.map(\.name))
            let kept = (form?.fields ?? []).filter { !names.contains($0.name) }
            let given = PercentEncoding.form(kept.map { ($0.name, $0.value) })
            return ([given, encoded(fields)].filter { !$0.isEmpty }.joined(separator: "&"), formType)
        case .json(let text): return (text.filled(with: values, .json), "application/json")
        case .text(let text): return (text.filled(with: values), "text/plain; charset=utf-8")
        }
    }

    private func encoded(_ fields: [WebStep.Field]) -> String {
        PercentEncoding.form(fields.map { ($0.name, $0.value.filled(with: values)) })
    }

    /// A form that is sent by GET goes into the address.
    private func query(_ url: HTTPURL, _ body: String?, _ step: WebStep) throws -> (HTTPURL, String?, String?) {
        guard let full = url.resolving("?" + (body ?? "")) else {
            throw StepFailure("\(shown(step)): the form is too long for an address during \(step.phase)")
        }
        return (full, nil, nil)
    }
}
