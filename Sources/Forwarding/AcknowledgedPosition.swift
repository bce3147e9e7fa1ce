import Foundation
import PostwatchRuntime

/// Remembers over restarts up to where the receiver has taken the buffer. Losing it costs no more than sending some records twice,
/// so it is replaced, not synced.
actor AcknowledgedPosition {
    /// A segment a millisecond for thousands of years.
    private static let credibleSegments = 1...(1 << 48)

    private let executor = DiskExecutor(label: "postwatch.forward.acknowledged")
    private let path: String

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(directory: String) {
        path = directory + "/acknowledged"
    }

    /// `nil` when nothing is remembered, or nothing that can be a position.
    static func read(directory: String) -> JournalPosition? {
        guard let bytes = try? Directory.contents(of: directory + "/acknowledged") else { return nil }
        let numbers = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        guard numbers.count == 2, credibleSegments.contains(numbers[0]), numbers[1] >= 0 else { return nil }
        return JournalPosition(segment: numbers[0], offset: numbers[1])
    }

    /// Never throws: see above.
    func write(_ position: JournalPosition) {
        let text = "\(position.segment) \(position.offset)\n"
        let temporary = path + ".new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { return }
        let written = Foundation.write(descriptor, text, text.utf8.count)
        Foundation.close(descriptor)
        if written == text.utf8.count { try? Directory.rename(temporary, to: path) }
    }
}
