import Foundation
import GRDB

/// Reads a day file that another process may have open, and changes nothing: neither the file nor what lies beside it. Blocks.
struct DayFileReader {
    private struct Traits: Equatable {
        var inode: UInt64
        var bytes: Int64
        var seconds: Int
        var nanoseconds: Int
        /// Somebody has the file open, or had it when it crashed.
        var hasWriteAheadFile: Bool
    }

    /// A file that nobody has open may be opened and written to while it is read: then it is read again, now beside its writer.
    private static let attempts = 4

    let path: String

    /// `nil` when the file is gone. Throws `.damaged` when it is no day file, and what `body` throws as a failure of the file.
    func read<Result>(_ body: (DatabaseQueue) throws -> Result) throws(SeriesStoreFailure) -> Result? {
        for _ in 0..<Self.attempts {
            guard let traits = Self.traits(of: path) else { return nil }
            if traits.bytes == 0 { throw .damaged(path: path, reason: "it is empty") }
            let result = Swift.Result { try attempt(isShared: traits.hasWriteAheadFile, body) }
            // Beside a writer SQLite shows one moment of the file.
            if traits.hasWriteAheadFile || Self.traits(of: path) == traits {
                return try result.mapError { DayFile.failure($0, path: path) }.get()
            }
        }
        throw .unusable(path: path, reason: "\(path) keeps changing while it is read; try again")
    }

    // MARK: - Private

    private func attempt<Result>(isShared: Bool, _ body: (DatabaseQueue) throws -> Result) throws -> Result {
        let database = try open(isShared: isShared)
        try database.read(DayFileSchema.check)
        let result = try body(database)
        try database.close()
        return result
    }

    /// SQLite makes files beside a database that it reads. Not when it may trust that nobody else has it open.
    private func open(isShared: Bool) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        let characters = CharacterSet.urlPathAllowed.subtracting(CharacterSet(charactersIn: "?#%;"))
        let absolute = path.hasPrefix("/") ? path : "./" + path
        guard !isShared, let name = absolute.addingPercentEncoding(withAllowedCharacters: characters) else {
            return try DatabaseQueue(path: path, configuration: configuration)
        }
        return try DatabaseQueue(path: "file:\(name)?immutable=1", configuration: configuration)
    }

    private static func traits(of path: String) -> Traits? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Traits(
            inode: UInt64(status.st_ino), bytes: Int64(status.st_size), seconds: status.st_mtim.tv_sec,
            nanoseconds: status.st_mtim.tv_nsec, hasWriteAheadFile: access("\(path)-wal", F_OK) == 0)
    }
}
