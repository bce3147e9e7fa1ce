import ExpositionFormat
import NIOCore
import PostwatchModel

/// What a service tells on a page in Prometheus' format, and whether it told anything.
struct ExpositionPageCollector<Settings: ExpositionPageSettings>: Collecting, ServiceCollecting {
    static var serviceName: String { Settings.serviceName }

    let name: String
    let settings: Settings
    let timeout: Duration

    func collect(at moment: Timestamp) async throws(CollectionFailure) -> [Measurement] {
        let headers: [(name: String, value: String)]
        do {
            headers = try settings.headers()
        } catch {
            throw .refused(service: settings.url, reason: error.description)
        }
        let accept = (name: "Accept", value: "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.9,*/*;q=0.1")
        let page = StatusPage(url: settings.url, headers: headers + [accept], hints: settings.hints)
        let read = try read(try await page.answer(within: timeout))
        try checkAge(read, at: moment)
        return ([up(true)] + read.measurements).map { $0.labelled(settings.labels) }
    }

    // MARK: - Private

    private func read(_ answer: StatusPage.Answer) throws(CollectionFailure) -> ExpositionPage {
        let isOpenMetrics = answer.contentType.lowercased().hasPrefix("application/openmetrics-text")
        // What lies over the page's labels later must not hide them.
        let taken = Set(["component", "instance"] + settings.labels.labels.map(\.name))
        let result = answer.body.withUnsafeReadableBytes { bytes in
            Result { () throws(ExpositionPageFault) in
                try ExpositionPage(bytes, as: isOpenMetrics ? .openMetrics : .prometheus, of: Settings.kind, taken: taken)
            }
        }
        do {
            return try result.get()
        } catch {
            throw .malformed(source: settings.url, found: error.description)
        }
    }

    private func checkAge(_ page: ExpositionPage, at moment: Timestamp) throws(CollectionFailure) {
        guard let limit = Settings.maximalAge, let newest = page.newest else { return }
        // Both are any numbers: their difference may be none.
        let (age, isTooFar) = moment.milliseconds.subtractingReportingOverflow(newest)
        guard isTooFar || age > limit.wholeMilliseconds else { return }
        let text = isTooFar ? "far too" : Duration.milliseconds(age).prometheusText
        throw .refused(service: settings.url, reason: "its figures are \(text) old; \(Settings.staleAdvice)")
    }
}
