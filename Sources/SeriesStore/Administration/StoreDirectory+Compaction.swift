import PostwatchRuntime

extension StoreDirectory {
    /// What compaction made of one file.
    public struct CompactedFile: Hashable, Sendable {
        public var name: String
        public var bytesBefore: Int
        public var bytesAfter: Int
        /// Blocks that cannot be read and were left as they are.
        public var damagedBlocks = 0
        /// Why the file was left as it is; `nil` when it was not.
        public var fault: String?
    }

    /// Merges each file into as few pieces as there can be and gives free space back; the journal stays as it is. Blocks.
    /// Throws `.locked` when a server has the store open.
    /// - Parameter report: called after each file.
    public func compact(_ report: (CompactedFile) -> Void) throws(SeriesStoreFailure) {
        let lock: DirectoryLock
        do throws(DirectoryLock.Failure) {
            lock = try DirectoryLock(directory: path)
        } catch {
            switch error {
            case .held(let processID): throw .locked(directory: path, processID: processID)
            case .system(let error): throw SeriesStoreFailure(error)
            }
        }
        for name in try fileNames() { report(try compact(name)) }
        withExtendedLifetime(lock) {}
    }

    // MARK: - Private

    private func compact(_ name: String) throws(SeriesStoreFailure) -> CompactedFile {
        guard let span = StoredSpan(fileName: name) else { preconditionFailure("The name of a file of the store") }
        var result = CompactedFile(name: name, bytesBefore: bytes(of: [name]), bytesAfter: 0)
        do throws(SeriesStoreFailure) {
            let file = try DayFile(span, directory: path)
            result.damagedBlocks = try file.compact().count
            // Takes the write-ahead file away; if that fails it is as good beside the file.
            try? file.pool.close()
        } catch {
            switch error {
            case .damaged(_, let reason), .foreign(_, let reason): result.fault = reason
            case .locked, .diskFull, .unusable, .timestampOutOfRange, .tooLarge, .closed: throw error
            }
        }
        result.bytesAfter = bytes(of: [name])
        return result
    }
}
