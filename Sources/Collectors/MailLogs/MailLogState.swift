import MailLogs
import PostwatchModel

/// What is known of a log and how far it was read, as one: after a crash both go back together, so that no line counts twice and none is
/// missed.
///
/// On disk: `PWLF`, a version, eight numbers (whether there is a position, then the position), a hash of all before it, and the account as
/// it writes itself, which has a hash of its own. Numbers are 8 bytes, little-endian.
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

    /// `nil` when the log was not there.
    let position: MailLogPosition?
    let account: [UInt8]

    init(position: MailLogPosition?, account: [UInt8]) {
        self.position = position
        self.account = account
    }

    init(decoding bytes: [UInt8]) throws(Fault) {
        let length = Self.headerBytes
        guard bytes.count >= length, bytes.starts(with: Self.magic) else { throw .damaged }
        let numbers = (0..<Self.numberCount).map { Self.number(bytes, at: Self.magic.count + 8 * $0) }
        guard numbers[Self.numberCount - 1] == StableHash(bytes[..<(length - 8)]).value else { throw .damaged }
        guard numbers[0] == Self.version else { throw .unknownVersion(Int(truncatingIfNeeded: numbers[0])) }
        guard let offset = Int(exactly: numbers[4]), let fingerprintLength = Int(exactly: numbers[7]),
            fingerprintLength <= MailLogPosition.Fingerprint.longest
        else { throw .damaged }
        var position = MailLogPosition(
            file: MailLogPosition.File(device: numbers[2], inode: numbers[3]), offset: offset, modified: Int64(bitPattern: numbers[6]))
        position.isInsideLongLine = numbers[5] == 1
        position.fingerprint = MailLogPosition.Fingerprint(length: fingerprintLength, hash: numbers[8])
        self.position = numbers[1] == 1 ? position : nil
        account = Array(bytes[length...])
    }

    func encoded() -> [UInt8] {
        let place = position ?? MailLogPosition(file: MailLogPosition.File(device: 0, inode: 0), offset: 0, modified: 0)
        var bytes = Self.magic
        bytes.reserveCapacity(Self.headerBytes + account.count)
        let numbers: [UInt64] = [
            Self.version, position == nil ? 0 : 1, place.file.device, place.file.inode, UInt64(place.offset),
            place.isInsideLongLine ? 1 : 0, UInt64(bitPattern: place.modified), UInt64(place.fingerprint.length), place.fingerprint.hash,
        ]
        for number in numbers { Self.append(number, to: &bytes) }
        Self.append(StableHash(bytes).value, to: &bytes)
        return bytes + account
    }

    // MARK: - Private

    private static let magic = Array("PWLF".utf8)
    private static let version: UInt64 = 1
    /// The version, the position, and the hash.
    private static let numberCount = 10
    private static let headerBytes = 4 + 8 * numberCount

    private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(shift))) }
    }

    private static func number(_ bytes: [UInt8], at index: Int) -> UInt64 {
        (0..<8).reduce(0) { $0 | UInt64(bytes[index + $1]) << UInt64(8 * $1) }
    }
}
