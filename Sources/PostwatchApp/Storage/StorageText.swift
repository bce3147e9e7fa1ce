import SeriesStore

/// What is told about stored series, as text for people.
enum StorageText {
    static func table(of statistics: StoreStatistics) -> String {
        let header = ["day file", "series", "samples", "histograms", "bytes", "bytes/sample", "runs", "blocks", "free"]
        var rows = [header] + statistics.files.map(cells)
        if statistics.files.count > 1 { rows.append(cells(of: statistics.total)) }
        let widths = header.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        var lines = rows.map { row in
            zip(row.indices, row).map { $0 == 0 ? padded($1, widths[$0], before: false) : padded($1, widths[$0], before: true) }
                .joined(separator: "  ")
        }
        if statistics.files.isEmpty { lines = ["no day files yet"] }
        lines += statistics.files.compactMap { file in file.fault.map { "\(file.name) cannot be read: \($0)" } }
        lines += statistics.setAside.map { "\($0) was found damaged and set aside" }
        lines.append("journal: \(statistics.journalBytes) bytes in \(counted(statistics.journalSegments, "segment"))")
        return lines.joined(separator: "\n")
    }

    static func report(of verification: StoreVerification) -> String {
        var lines = verification.faults.map { "\($0.file): \($0.text)" }
        lines.append(
            "read \(counted(verification.dayFiles, "day file"))\(months(verification.monthFiles)) with \(counted(verification.blocks, "block")) and "
                + "\(counted(verification.samples, "sample"))\(histograms(verification.histograms)), and \(counted(verification.journalSegments, "journal segment")) with "
                + counted(verification.journalRecords, "record"))
        if verification.unfinishedBytes > 0 {
            lines.append(
                "\(verification.unfinishedBytes) bytes at the end of the journal are an unfinished write, which nobody was told is kept")
        }
        lines.append(verification.faults.isEmpty ? "no faults" : counted(verification.faults.count, "fault"))
        if !verification.faults.isEmpty { lines.append(advice) }
        return lines.joined(separator: "\n")
    }

    static func report(of backup: StoreBackup) -> String {
        var lines = backup.leftOut.map { "\($0.file) cannot be read and is not in the copy: \($0.text)" }
        let files = counted(backup.dayFiles, "day file") + months(backup.monthFiles)
        lines.append("copied \(files) and the journal, \(backup.bytes) bytes, to \(backup.path)")
        return lines.joined(separator: "\n")
    }

    static func line(of file: StoreDirectory.CompactedFile) -> String {
        if let fault = file.fault { return "\(file.name): left as it is, since it is damaged: \(fault)" }
        let sizes = "\(file.name): \(file.bytesBefore) bytes before, \(file.bytesAfter) now"
        return file.damagedBlocks == 0
            ? sizes
            : "\(sizes); \(counted(file.damagedBlocks, "block")) cannot be read and \(file.damagedBlocks == 1 ? "was" : "were") kept"
    }

    // MARK: - Private

    private static let advice = """
        What to do: check the disk first. Queries pass over what is damaged and answer the rest. If there is a backup of a file that is
        named above, stop the server, move the file and those of its name that end in -wal and -shm elsewhere, and put the backup's in its
        place. Without a backup nothing has to be done: the samples are lost, and the file goes when its day is older than the retention.
        """

    private static func cells(of file: StoreStatistics.File) -> [String] {
        guard file.fault == nil else { return [file.name, "?", "?", "?", "\(file.bytes)", "?", "?", "?", "?"] }
        return [
            file.name, "\(file.series)", "\(file.samples)", "\(file.histograms)", "\(file.bytes)",
            file.bytesPerSample.map(rounded) ?? "-", "\(file.runs)", "\(file.blocks)", "\(file.freeBytes)",
        ]
    }

    /// Two digits behind the point.
    private static func rounded(_ value: Double) -> String {
        let (whole, rest) = Int((value * 100).rounded()).quotientAndRemainder(dividingBy: 100)
        return "\(whole).\(rest < 10 ? "0" : "")\(rest)"
    }

    private static func padded(_ text: String, _ width: Int, before: Bool) -> String {
        let space = String(repeating: " ", count: max(0, width - text.count))
        return before ? space + text : text + space
    }

    private static func months(_ count: Int) -> String {
        count == 0 ? "" : ", \(counted(count, "month file"))"
    }

    private static func histograms(_ count: Int) -> String {
        count == 0 ? "" : " and \(counted(count, "histogram"))"
    }

    private static func counted(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }
}
