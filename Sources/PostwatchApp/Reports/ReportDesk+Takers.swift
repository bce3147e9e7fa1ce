import PostwatchModel

extension ReportDesk.Taker {
    /// What the server takes from agents. Source: docs/formats/reports.md.
    static let all = [journeys, transits, messages]

    private static let journeys = of(JourneyReport.self) { report, batch throws(ReportRefused) in
        guard report.isPlausible, report.run.vantage != Vantage.local else {
            throw ReportRefused("a journey's run is not as docs/formats/reports.md has it")
        }
        // A message is told of by whoever sent it.
        let (run, passage) = (report.run, report.run.passage)
        guard passage.map({ $0.vantage == run.vantage && $0.journey == run.journey }) ?? true else {
            throw ReportRefused("the message of a journey's run is of another journey or vantage")
        }
        batch.runs.append(report)
        if let passage { batch.passages.append(passage) }
    }

    private static let transits = of(Transit.self) { transit, batch throws(ReportRefused) in
        guard transit.isPlausible else { throw ReportRefused("a transit is not as docs/formats/reports.md has it") }
        batch.transits.append(transit)
    }

    private static let messages = of(MessageReport.self) { report, batch throws(ReportRefused) in
        guard report.isPlausible, report.vantage != Vantage.local else {
            throw ReportRefused("the end of a message is not as docs/formats/reports.md has it")
        }
        batch.messages.append(report)
    }
}
