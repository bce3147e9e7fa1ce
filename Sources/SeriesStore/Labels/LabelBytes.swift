import CXXHash
import Foundation
import PostwatchModel

/// The identity of a series as bytes: the labels of a remote-write `TimeSeries` message in canonical form. Equal label sets give equal
/// bytes, so comparing and hashing need no parsing.
///
/// Labels are sorted by the bytes of their name, each name once, no value empty; each is
/// `0x0A length (0x0A length name 0x12 length value)` with lengths as shortest varints. Source: Prometheus remote write 1.0, `types.proto`.
struct LabelBytes: Hashable, Sendable {
    let bytes: [UInt8]

    /// No labels at all.
    static let empty = LabelBytes(trusted: [])

    init(_ labels: LabelSet) {
        // A label set is sorted as text, which for canonically equal but differing names is not the order of their bytes.
        let pairs = labels.labels.filter { !$0.value.isEmpty }.map { (name: Array($0.name.utf8), value: Array($0.value.utf8)) }
            .sorted { $0.name.lexicographicallyPrecedes($1.name) }
        var bytes: [UInt8] = []
        for pair in pairs {
            pair.name.withUnsafeBytes { name in pair.value.withUnsafeBytes { Self.append(name: name, value: $0, to: &bytes) } }
        }
        self.bytes = bytes
    }

    /// Trusts the caller: `bytes` must be canonical.
    init(trusted bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Copies. Trusts the caller: `bytes` must be canonical.
    init(trusted bytes: UnsafeRawBufferPointer) {
        self.bytes = Array(bytes)
    }

    /// Copies; `nil` when `bytes` are not canonical: unsorted, a name twice, an empty name or value, not UTF-8, or not labels.
    init?(checking bytes: UnsafeRawBufferPointer) {
        guard Self.isCanonical(bytes) else { return nil }
        self.bytes = Array(bytes)
    }

    /// The same labels as texts.
    var labelSet: LabelSet {
        bytes.withUnsafeBytes { bytes in
            var labels: [LabelSet.Label] = []
            var cursor = Cursor(bytes)
            while let pair = cursor.next() {
                labels.append(
                    LabelSet.Label(name: String(decoding: pair.name, as: UTF8.self), value: String(decoding: pair.value, as: UTF8.self)))
            }
            return LabelSet(sorted: labels)
        }
    }

    /// The name of the metric inside of `bytes`; empty when there is none.
    static func metricName(in bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var cursor = Cursor(bytes)
        while let pair = cursor.next() {
            if isMetricNameLabel(pair.name) { return pair.value }
        }
        return UnsafeRawBufferPointer(rebasing: bytes[bytes.count...])
    }

    /// Whether `bytes` are the one form in which these labels may be kept.
    static func isCanonical(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var cursor = Cursor(bytes)
        var previous: UnsafeRawBufferPointer?
        var length = 0
        while let pair = cursor.next() {
            guard !pair.name.isEmpty, !pair.value.isEmpty, isText(pair.name), isText(pair.value) else { return false }
            if let previous, compare(previous, pair.name) >= 0 { return false }
            previous = pair.name
            length += size(name: pair.name, value: pair.value)
        }
        // As long as they come out when they are written anew: no length takes more bytes than it needs.
        return !cursor.isMalformed && length == bytes.count
    }

    /// How many bytes one label takes.
    private static func size(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) -> Int {
        let content = 2 + Varint.size(UInt64(name.count)) + name.count + Varint.size(UInt64(value.count)) + value.count
        return 1 + Varint.size(UInt64(content)) + content
    }

    /// The order of series in a day file: by metric name, then by label bytes, both as unsigned bytes.
    static func isOrdered(_ left: UnsafeRawBufferPointer, before right: UnsafeRawBufferPointer) -> Bool {
        let metrics = compare(metricName(in: left), metricName(in: right))
        return metrics == 0 ? compare(left, right) < 0 : metrics < 0
    }

    func isOrdered(before other: LabelBytes) -> Bool {
        bytes.withUnsafeBytes { own in other.bytes.withUnsafeBytes { Self.isOrdered(own, before: $0) } }
    }

    /// Negative, zero or positive, as unsigned bytes; a prefix comes first.
    static func compare(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
        let common = min(left.count, right.count)
        if common > 0, let left = left.baseAddress, let right = right.baseAddress {
            let difference = memcmp(left, right, common)
            if difference != 0 { return Int(difference) }
        }
        return left.count - right.count
    }

    /// Whether the two hold the same bytes.
    static func areEqual(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        left.count == right.count && compare(left, right) == 0
    }

    /// Adds one label. The caller keeps the order and leaves out empty values.
    static func append(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
        let length = 2 + Varint.size(UInt64(name.count)) + name.count + Varint.size(UInt64(value.count)) + value.count
        bytes.append(0x0A)
        Varint.append(UInt64(length), to: &bytes)
        bytes.append(0x0A)
        Varint.append(UInt64(name.count), to: &bytes)
        bytes.append(contentsOf: name)
        bytes.append(0x12)
        Varint.append(UInt64(value.count), to: &bytes)
        bytes.append(contentsOf: value)
    }

    // MARK: - Private

    private static func isMetricNameLabel(_ name: UnsafeRawBufferPointer) -> Bool {
        // "__name__", read as one number.
        name.count == 8 && name.loadUnaligned(as: UInt64.self) == UInt64(littleEndian: 0x5F5F_656D_616E_5F5F)
    }

    private static func isText(_ bytes: UnsafeRawBufferPointer) -> Bool {
        // Nearly all labels are ASCII.
        bytes.allSatisfy { $0 < 0x80 } || String(validating: bytes, as: UTF8.self) != nil
    }
}

extension LabelBytes: CustomStringConvertible {
    var description: String { labelSet.description }
}
