import ExpositionFormat
import HTTPAPI
import PostwatchModel
import PostwatchRuntime
import SeriesStore

/// What the server says about itself: `/-/ready` and `/metrics`.
enum ServerStatus {
    static func readiness(of series: SeriesStore) -> Readiness {
        let status = series.status()
        var remarks = status.damagedFiles.map { "The day file \($0) is damaged and was set aside." }
        remarks += status.foreignFiles.map { "The file \($0) is of another release and is not read." }
        if status.damagedBlocks > 0 {
            remarks.append(
                "\(status.damagedBlocks) blocks of day files are damaged and are passed over; `postwatch storage verify` names them.")
        }
        for damage in status.replay.journal.damage {
            remarks.append("The journal was damaged in \(damage.path) at byte \(damage.offset); what stood there is lost.")
        }
        remarks += status.undeletedFiles.map {
            "A deletion could not be done in \($0), which cannot be changed; it is tried again with each flush."
        }
        if let failure = status.lastFlushFailure { remarks.append("The last flush to day files failed: \(failure)") }
        return Readiness(isReady: true, remarks: remarks)
    }

    static func metrics(of series: SeriesStore, telemetry: Telemetry) -> String {
        let status = series.status()
        let counters = telemetry.snapshot().map { family($0.name, .counter, $0.help, $0.value) }
        let store = [
            family("postwatch_series", .gauge, "Series with samples in memory.", Double(status.series)),
            family("postwatch_samples_in_memory", .gauge, "Samples in memory.", Double(status.samplesInMemory)),
            family("postwatch_samples_accepted_total", .counter, "Samples taken in.", Double(status.intake.accepted)),
            family("postwatch_samples_duplicate_total", .counter, "Samples that were there already.", Double(status.intake.duplicates)),
            family(
                "postwatch_samples_conflicting_total", .counter, "Samples refused since another value stood at their time.",
                Double(status.intake.conflicts)),
            family(
                "postwatch_samples_out_of_order_total", .counter, "Samples older than the newest of their series.",
                Double(status.intake.outOfOrder)),
            family(
                "postwatch_samples_refused_total", .counter, "Series and samples refused since they make no sense.",
                Double(status.refusals.invalid)),
            family(
                "postwatch_samples_too_old_total", .counter,
                "Samples refused since they are older than the out-of-order window.",
                Double(status.refusals.tooOld)),
            family(
                "postwatch_series_over_limit_total", .counter, "New series refused since there are too many.",
                Double(status.refusals.overLimit)),
            family(
                "postwatch_journal_replayed_samples", .gauge, "Samples that the journal held at the last start.",
                Double(status.replay.samples)),
            family("postwatch_journal_bytes", .gauge, "Size of the journal.", Double(status.journalBytes)),
            family("postwatch_day_files", .gauge, "Day files of the series store.", Double(status.dayFiles)),
            family("postwatch_month_files", .gauge, "Month files of summaries.", Double(status.monthFiles)),
            family("postwatch_damaged_day_files", .gauge, "Day files that were set aside.", Double(status.damagedFiles.count)),
            family(
                "postwatch_undeleted_files", .gauge, "Files in which a deletion could not be done yet.",
                Double(status.undeletedFiles.count)),
            family(
                "postwatch_damaged_blocks", .gauge, "Blocks in sound day files that could not be read.", Double(status.damagedBlocks)),
        ]
        let build = MetricFamily(
            name: "postwatch_build_info", kind: .gauge, help: "The running release.",
            points: [
                MetricPoint(labels: [MetricPoint.Label(name: "version", value: PostwatchVersion.current)], value: .number(1))
            ])
        let process = ProcessFigures.read()?.families ?? []
        return OpenMetricsText.write([build] + counters + store + process, as: .classic)
    }

    // MARK: - Private

    private static func family(_ name: String, _ kind: MetricFamily.Kind, _ help: String, _ value: Double) -> MetricFamily {
        MetricFamily(name: name, kind: kind, help: help, points: [MetricPoint(value: .number(value))])
    }
}
