import Logging
import TestSupport

/// Keeps what is logged: each line with its metadata.
struct LogNotes: LogHandler {
    let notes: Shared<[String]>
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let more = (event.metadata ?? [:]).map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " ")
        notes.withLock { $0.append("\(event.message) \(more)") }
    }
}
