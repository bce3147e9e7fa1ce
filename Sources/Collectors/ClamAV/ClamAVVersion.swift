import Foundation
import PostwatchModel

/// `ClamAV 1.0.7/27462/Sat Nov 16 09:40:10 2024`: the release, the number of the database of signatures, and when it was made, as the clock
/// of this machine shows it. With signatures of one's own alone there is only the release.
struct ClamAVVersion {
    private let release: String
    private let database: String
    private let made: Int?

    init?(_ text: String) {
        let parts = text.prefix { !$0.isNewline }.split(separator: "/", maxSplits: 2)
        guard let first = parts.first, first.hasPrefix("ClamAV ") else { return nil }
        release = String(first.dropFirst("ClamAV ".count))
        database = parts.count > 1 ? String(parts[1]) : "none"
        made = parts.count > 2 ? Self.seconds(String(parts[2])) : nil
    }

    var measurements: [Measurement] {
        let build = Measurement(
            "clamav_build_info", .gauge, help: "Which release this is, with which signatures.",
            points: [Measurement.Point(labels: ["clamav_version": release, "database_version": database], value: 1)])
        guard let made else { return [build] }
        return [
            build,
            Measurement(
                "clamav_database_timestamp_seconds", .gauge, help: "When the signatures in use were made.", value: Double(made)),
        ]
    }

    // MARK: - Private

    private static func seconds(_ text: String) -> Int? {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.dateFormat = "EEE MMM d HH:mm:ss yyyy"
        let single = text.split(separator: " ").joined(separator: " ")
        return format.date(from: single).map { Int($0.timeIntervalSince1970) }
    }
}
