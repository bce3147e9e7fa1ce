import Foundation
import Logging
import PostwatchModel
import PostwatchRuntime
import SeriesStore

/// The series in a server's data directory, read from a copy: neither the directory nor a server that uses it notices.
///
/// The copy needs as much space as the series themselves, in the directory for temporary files (`TMPDIR`), and is removed afterwards.
enum StoredSeries {
    /// Throws `StoreDirectory.Fault` when `dataDirectory` holds no series, `SeriesStoreFailure`, and what `body` throws.
    static func read<Result: Sendable>(
        in dataDirectory: String, world: World, _ body: (SeriesStore) async throws -> Result
    ) async throws -> Result {
        let directory = try StoreDirectory(dataDirectory: dataDirectory)
        let copy = FileManager.default.temporaryDirectory.appending(path: "postwatch-rules-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: copy) }
        _ = try directory.backup(to: copy)
        let store = try SeriesStore.open(directory: copy, world: world, logger: Logger(label: "copy") { _ in SwiftLogNoOpLogHandler() })
        do {
            let result = try await body(store)
            await store.close()
            return result
        } catch {
            await store.close()
            throw error
        }
    }
}
