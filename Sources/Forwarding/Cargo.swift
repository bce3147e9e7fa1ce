import ExpositionFormat

/// What a forwarder carries, and how it travels.
enum Cargo: String, Hashable, Sendable {
    /// By remote write 1.0.
    case samples
    /// JSON objects, one a line. Source: docs/formats/reports.md.
    case reports

    /// The body of one request with the content of all `records`, in order. A record that cannot be read is left out.
    func body(of records: [[UInt8]]) -> [UInt8] {
        switch self {
        case .samples: BufferRecord.body(of: records)
        case .reports: Array(records.map { $0.dropFirst(BufferRecord.headBytes) }.joined())
        }
    }

    /// What it means that a server knows nothing of the address, and what to change.
    func strangeness(of url: String) -> String {
        switch self {
        case .samples: "\(url) is no address for remote write; correct url in remote_write"
        case .reports:
            "\(url) is no address for reports, so the server there is not Postwatch's; write that of a Postwatch server into report_to "
                + "(http://SERVER/api/v1/reports), or report_to: none"
        }
    }

    /// Headers that say what the body is.
    var headers: [(name: String, value: String)] {
        switch self {
        case .samples:
            [
                ("Content-Encoding", "snappy"), ("Content-Type", "application/x-protobuf"),
                ("X-Prometheus-Remote-Write-Version", "0.1.0"),
            ]
        case .reports: [("Content-Type", "application/x-ndjson")]
        }
    }
}
