import Foundation
import TestSupport

/// A data directory with known content, made by a real server that was then killed. Each damage is done to a copy.
struct StoredDays {
    private let original: TestDirectory
    let senders: [NumberedSender]

    /// - Parameter make: fills the store of a server in the directory it is given.
    init(_ make: (TestDirectory) async throws -> [NumberedSender]) async throws {
        original = TestDirectory()
        senders = try await make(original)
    }

    /// A copy of the data, as `DIRECTORY/data`.
    func copy() throws -> TestDirectory {
        let copy = TestDirectory()
        try FileManager.default.copyItem(atPath: original.path + "/data", toPath: copy.path + "/data")
        return copy
    }

    /// The files of a copy whose names begin so, sorted.
    static func files(_ prefix: String, in directory: TestDirectory) throws -> [String] {
        let series = directory.path + "/data/series"
        return try FileManager.default.contentsOfDirectory(atPath: series).filter { $0.hasPrefix(prefix) }.sorted().map {
            "\(series)/\($0)"
        }
    }
}
