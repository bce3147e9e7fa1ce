import Hummingbird
import PostwatchModel

/// What a sender is told about its request.
struct RemoteWriteAnswer: Sendable {
    let status: HTTPResponse.Status
    /// One sentence; `nil` when there is nothing to say.
    let text: String?
    var retryAfterSeconds: Int?
    /// Of the samples that are durable.
    var report = WriteReport()

    init(status: HTTPResponse.Status, text: String?) {
        self.status = status
        self.text = text
    }

    /// 204, or 400 when a part was refused: the sender must not send that again, and the rest is kept.
    init(_ report: WriteReport) {
        self.init(status: report.firstFault == nil ? .noContent : .badRequest, text: Self.text(of: report))
        self.report = report
    }

    /// 503 for what may succeed later, never 429: as a rule senders drop samples after that.
    init(_ refusal: WriteRefusal) {
        self.init(status: Self.status(of: refusal), text: "\(refusal)")
        retryAfterSeconds = refusal.retryAfterSeconds
    }

    /// Remote write 2.0 wants the counts in every answer. Without them, a 2.0 sender takes us for a 1.0 receiver that understood nothing.
    func response(to version: RemoteWriteVersion) -> Response {
        var response = text.map { Response.plain("\($0)\n", status: status) } ?? Response(status: status)
        if let retryAfterSeconds { response.headers[.retryAfter] = "\(retryAfterSeconds)" }
        switch version {
        case .one: break
        case .two:
            response.headers[Self.name("Samples")] = "\(report.samples)"
            response.headers[Self.name("Histograms")] = "\(report.histograms)"
            response.headers[Self.name("Exemplars")] = "\(report.exemplars)"
        }
        return response
    }

    // MARK: - Private

    private static func text(of report: WriteReport) -> String? {
        guard let fault = report.firstFault else { return nil }
        let others = report.refused > 1 ? " (the first of \(report.refused) faults)" : ""
        return "\(fault)\(others); the good samples of the request were stored"
    }

    private static func status(of refusal: WriteRefusal) -> HTTPResponse.Status {
        switch refusal {
        case .malformed: .badRequest
        case .tooLarge: .contentTooLarge
        case .overloaded, .unavailable: .serviceUnavailable
        }
    }

    private static func name(_ kind: String) -> HTTPFields.Element.Name {
        guard let name = HTTPFields.Element.Name("X-Prometheus-Remote-Write-\(kind)-Written") else {
            preconditionFailure("Letters and hyphens make a header's name")
        }
        return name
    }
}
