import Foundation
import SeriesStore

/// What an operator does with stored series from the command line. A server may run on the directory meanwhile, except to compact.
public struct StorageDesk: Sendable {
    /// What a command has to say, and whether all is well.
    public struct Answer: Hashable, Sendable {
        public let text: String
        public let isGood: Bool
    }

    private let directory: StoreDirectory

    /// - Parameter dataDirectory: that of the server, or a snapshot or backup. Throws `StoreDirectory.Fault`.
    public init(dataDirectory: String) throws {
        directory = try StoreDirectory(dataDirectory: dataDirectory)
    }

    /// How much each day file and the journal hold, as a table. Throws `SeriesStoreFailure`.
    public func stats() throws -> String {
        StorageText.table(of: try directory.statistics())
    }

    /// The same as JSON. Throws `SeriesStoreFailure`.
    public func statsDocument() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(directory.statistics()), as: UTF8.self)
    }

    /// Reads everything and names each fault, and what to do about it. Throws `SeriesStoreFailure`.
    public func verify() throws -> Answer {
        let verification = try directory.verify()
        return Answer(text: StorageText.report(of: verification), isGood: verification.faults.isEmpty)
    }

    /// Copies the store into a new directory, whole or not at all. Not good when a damaged day file is missing in it.
    /// Throws `SeriesStoreFailure`.
    public func backup(to target: String) throws -> Answer {
        let backup = try directory.backup(to: target)
        return Answer(text: StorageText.report(of: backup), isGood: backup.leftOut.isEmpty)
    }

    /// Merges each day file into one piece; gives `report` one line per file. False when one of them is damaged.
    /// Throws `StoreInUse` when a server has the store open, else `SeriesStoreFailure`.
    public func compact(_ report: (String) -> Void) throws -> Bool {
        var isGood = true
        do {
            try directory.compact { file in
                if file.fault != nil || file.damagedBlocks > 0 { isGood = false }
                report(StorageText.line(of: file))
            }
        } catch .locked(_, let processID) {
            throw StoreInUse(path: directory.path, processID: processID)
        }
        return isGood
    }

    /// A server has the store open.
    public struct StoreInUse: Error, Hashable, CustomStringConvertible {
        let path: String
        let processID: Int?

        public var description: String {
            "\(path) is in use by \(processID.map { "process \($0)" } ?? "another process"), which merges it as it goes; "
                + "to compact it all at once stop that server first"
        }
    }
}
