import Foundation

/// One file of a journal: an eight-byte header, then records.
package enum JournalSegment {
    /// "PWJRNL" and a version of two bytes.
    package static let header: [UInt8] = Array("PWJRNL".utf8) + [0, 2]

    package static func path(_ number: Int, in directory: String) -> String {
        let digits = String(number)
        return "\(directory)/journal-\(String(repeating: "0", count: max(0, 8 - digits.count)))\(digits).log"
    }

    /// The number in a segment's file name; `nil` for other files.
    package static func number(ofFile name: String) -> Int? {
        guard name.hasPrefix("journal-"), name.hasSuffix(".log"), let number = Int(name.dropFirst(8).dropLast(4)),
            (1..<Int.max).contains(number), path(number, in: "") == "/\(name)"
        else { return nil }
        return number
    }

    /// The version of a segment that another release wrote; `nil` for those of this one, and for what is no segment.
    package static func foreignVersion(of bytes: [UInt8]) -> Int? {
        guard bytes.count >= header.count, bytes.starts(with: header.dropLast(2)), !bytes.starts(with: header) else { return nil }
        // A flipped bit in the version of a segment that this release can read is no reason to give up on it.
        let isReadable = bytes.withUnsafeBytes { JournalRecord.payload(at: header.count, of: $0) != nil }
        return isReadable ? nil : Int(bytes[6]) << 8 | Int(bytes[7])
    }

    /// What one segment held.
    package struct Reading: Hashable, Sendable {
        package var records = 0
        /// Bytes up to the end of the last sound record.
        package var soundBytes = 0
        /// Bytes behind that. In the last segment they are a write that a crash cut off, in another one damage.
        package var tornBytes = 0
        /// Damaged stretches with sound records behind them.
        package var damage: [JournalDamage] = []
    }

    /// Gives `body` each sound record in order with its offset; what is damaged is passed over and named.
    package static func read(
        _ bytes: UnsafeRawBufferPointer, path: String, _ body: (UnsafeRawBufferPointer, Int) -> Void
    ) -> Reading {
        var reading = Reading()
        let hasHeader = bytes.count >= header.count && bytes.prefix(header.count).elementsEqual(header)
        var offset = hasHeader ? header.count : 0
        reading.soundBytes = offset
        while offset < bytes.count {
            if let payload = JournalRecord.payload(at: offset, of: bytes) {
                body(payload, offset)
                reading.records += 1
                offset += JournalRecord.headerBytes + payload.count
                reading.soundBytes = offset
            } else if let next = JournalRecord.nextRecord(from: offset + 1, of: bytes) {
                reading.damage.append(JournalDamage(path: path, offset: offset, bytes: next - offset))
                offset = next
            } else {
                break
            }
        }
        reading.tornBytes = bytes.count - reading.soundBytes
        return reading
    }
}
