import MailLogs
import PostwatchModel

/// What is known of a log and how far it was read, as one: after a crash both go back together, so that no line counts twice and none is
/// missed.
///
/// On disk: `PWLF`, the version, the kind of bookmark (0: none, 1: file, 2: journal), the length of the bookmark, the bookmark, a hash of
/// all before it, and the account as it writes itself, which has a hash of its own. Numbers are 8 bytes, little-endian. The bookmark of a
/// file is seven numbers, that of a journal is its cursor. Version 1 knew files only: in place of the length it had the seven numbers.
struct MailLogState {
    enum Fault: Error, Hashable, Sendable, CustomStringConvertible {
        case damaged
        /// Written by another version of this program.
        case unknownVersion(Int)

        var description: String {
            switch self {
            case .damaged: "its content is damaged"
            case .unknownVersion(let version): "it is of version \(version), which this program does not read"
            }
        }
    }

    /// `nil` when the log was not there, or is of a kind that has no bookmarks.
    let bookmark: MailLogBookmark?
    let account: [UInt8]

    init(bookmark: MailLogBookmark?, account: [UInt8]) {
        self.bookmark = bookmark
        self.account = account
    }

    /// The state of a file.
    init(position: MailLogPosition?, account: [UInt8]) {
        self.init(bookmark: position.map { .file($0) }, account: account)
    }

    /// Where the reading of a file stands; `nil` for other logs.
    var position: MailLogPosition? {
        guard case .file(let position) = bookmark else { return nil }
        return position
    }

    init(decoding bytes: [UInt8]) throws(Fault) {
        let head = Self.magic.count + 24
        guard bytes.count >= head + 8, bytes.starts(with: Self.magic) else { throw .damaged }
        let version = Self.number(bytes, at: 4)
        let isFirst = version == 1
        let length = isFirst ? Self.positionBytes : Int(clamping: Self.number(bytes, at: 20))
        let start = isFirst ? 20 : head
        guard length <= Self.longestBookmark, bytes.count - start - 8 >= length else { throw .damaged }
        let end = start + length
        guard Self.number(bytes, at: end) == StableHash(bytes[..<end]).value else { throw .damaged }
        guard isFirst || version == Self.version else { throw .unknownVersion(Int(truncatingIfNeeded: version)) }
        bookmark = try Self.bookmark(ofKind: Self.number(bytes, at: 12), Array(bytes[start..<end]))
        account = Array(bytes[(end + 8)...])
    }

    func encoded() -> [UInt8] {
        var bytes = Self.magic
        let (kind, content) = Self.content(of: bookmark)
        bytes.reserveCapacity(Self.magic.count + 32 + content.count + account.count)
        for number in [Self.version, kind, UInt64(content.count)] { Self.append(number, to: &bytes) }
        bytes += content
        Self.append(StableHash(bytes).value, to: &bytes)
        return bytes + account
    }

    // MARK: - Private

    private static let magic = Array("PWLF".utf8)
    private static let version: UInt64 = 2
    private static let positionBytes = 56
    /// Cursors of a journal have about 150 bytes.
    private static let longestBookmark = 4096

    private static func bookmark(ofKind kind: UInt64, _ content: [UInt8]) throws(Fault) -> MailLogBookmark? {
        switch kind {
        case 0: return nil
        case 1: return .file(try position(content))
        case 2:
            guard let cursor = String(validating: content, as: UTF8.self), !cursor.isEmpty else { throw .damaged }
            return .journal(cursor: cursor)
        default: throw .damaged
        }
    }

    private static func position(_ content: [UInt8]) throws(Fault) -> MailLogPosition {
        guard content.count == positionBytes else { throw .damaged }
        let numbers = (0..<7).map { number(content, at: 8 * $0) }
        guard let offset = Int(exactly: numbers[2]), let fingerprintLength = Int(exactly: numbers[5]),
            fingerprintLength <= MailLogPosition.Fingerprint.longest
        else { throw .damaged }
        var position = MailLogPosition(
            file: MailLogPosition.File(device: numbers[0], inode: numbers[1]), offset: offset, modified: Int64(bitPattern: numbers[4]))
        position.isInsideLongLine = numbers[3] == 1
        position.fingerprint = MailLogPosition.Fingerprint(length: fingerprintLength, hash: numbers[6])
        return position
    }

    private static func content(of bookmark: MailLogBookmark?) -> (kind: UInt64, bytes: [UInt8]) {
        switch bookmark {
        case nil: return (0, [])
        case .journal(let cursor): return (2, Array(cursor.utf8))
        case .file(let place):
            let numbers: [UInt64] = [
                place.file.device, place.file.inode, UInt64(place.offset), place.isInsideLongLine ? 1 : 0,
                UInt64(bitPattern: place.modified), UInt64(place.fingerprint.length), place.fingerprint.hash,
            ]
            var bytes: [UInt8] = []
            for number in numbers { append(number, to: &bytes) }
            return (1, bytes)
        }
    }

    private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(shift))) }
    }

    private static func number(_ bytes: [UInt8], at index: Int) -> UInt64 {
        (0..<8).reduce(0) { $0 | UInt64(bytes[index + $1]) << UInt64(8 * $1) }
    }
}
