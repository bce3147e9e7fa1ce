import Foundation
import PostwatchModel
import PostwatchRuntime

/// `metadata.json` in the store's directory: an object with one member for each metric family.
enum MetadataFile {
    private static let name = "metadata.json"

    /// What the file says; nothing when there is none, or none that can be read: senders tell it again.
    static func load(from directory: String) -> [String: MetricMetadata] {
        guard let bytes = try? Directory.contents(of: "\(directory)/\(name)") else { return [:] }
        return (try? JSONDecoder().decode([String: MetricMetadata].self, from: Data(bytes))) ?? [:]
    }

    /// Replaces the file as a whole.
    static func save(_ families: [String: MetricMetadata], to directory: String) throws(SeriesStoreFailure) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        do {
            try Directory.replace("\(directory)/\(name)", with: Array(try encoder.encode(families)))
        } catch let error as SystemError {
            throw SeriesStoreFailure(error)
        } catch {
            throw .unusable(path: "\(directory)/\(name)", reason: "\(error)")
        }
    }
}
