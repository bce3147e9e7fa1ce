import Foundation
import PostwatchRuntime

extension StoreDirectory {
    /// Copies the store to `target`, which must not exist: whole and on disk, or not at all. A server may have it open and go on writing;
    /// everything that it acknowledged before this began is in the copy. Blocks.
    public func backup(to target: String) throws(SeriesStoreFailure) -> StoreBackup {
        let copy = try StoreCopy(to: Self.withoutSlash(target))
        var backup = StoreBackup(path: copy.target)
        do throws(SeriesStoreFailure) {
            try copy.addJournal(of: path)
            for name in try fileNames() {
                do throws(SeriesStoreFailure) {
                    let added: Void? = try reader(of: name).read { file in try copy.addDayFile(name, from: file) }
                    if added == nil { continue }
                    if StoredSpan(fileName: name)?.isMonth == true { backup.monthFiles += 1 } else { backup.dayFiles += 1 }
                } catch {
                    // One file that cannot be read is no reason to do without the others. A full or failing disk is.
                    guard error.path == "\(path)/\(name)" else { throw error }
                    copy.remove(name)
                    backup.leftOut.append(.init(file: name, text: error.reason))
                }
            }
            try copy.complete()
        } catch {
            copy.abandon()
            throw error
        }
        do throws(SystemError) {
            for name in try Directory.names(in: copy.target) {
                var status = stat()
                if stat("\(copy.target)/\(name)", &status) == 0 { backup.bytes += Int(status.st_size) }
            }
        } catch {
            throw SeriesStoreFailure(error)
        }
        return backup
    }

    // MARK: - Private

    private static func withoutSlash(_ path: String) -> String {
        var path = path
        while path.count > 1 && path.hasSuffix("/") { path.removeLast() }
        return path
    }
}
