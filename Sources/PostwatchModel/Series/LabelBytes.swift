import Foundation

/// Labels as bytes: those of a remote-write `TimeSeries` message in canonical form. Equal labels give equal bytes, so comparing and
/// hashing need no parsing.
///
/// Labels are sorted by the bytes of their name, each name once, no value empty; each is
/// `0x0A length (0x0A length name 0x12 length value)` with lengths as shortest varints. Source: Prometheus remote write 1.0, `types.proto`.
public enum LabelBytes {
    /// One label inside of a buffer: valid as long as the buffer is.
    @frozen
    public struct Pair {
        public let name: UnsafeRawBufferPointer
        public let value: UnsafeRawBufferPointer
        /// Name and value with their tags and lengths, as they stand inside of the label's message: the pair as one key.
        public let content: UnsafeRawBufferPointer

        /// Reads a pair from its content; `nil` when that is none.
        @inlinable
        public init?(content: UnsafeRawBufferPointer) {
            var offset = 0
            guard let name = LabelBytes.field(0x0A, in: content, &offset), let value = LabelBytes.field(0x12, in: content, &offset),
                offset == content.count
            else { return nil }
            self.name = name
            self.value = value
            self.content = content
        }
    }

    /// Walks the labels of a buffer in their order, without allocating. Bytes that are no labels end the walk.
    @frozen
    public struct Cursor {
        @usableFromInline let bytes: UnsafeRawBufferPointer
        @usableFromInline var offset = 0
        public private(set) var isMalformed = false

        @inlinable
        public init(_ bytes: UnsafeRawBufferPointer) {
            self.bytes = bytes
        }

        @inlinable
        public mutating func next() -> Pair? {
            if offset == bytes.count || isMalformed { return nil }
            guard let content = LabelBytes.field(0x0A, in: bytes, &offset), let pair = Pair(content: content) else {
                fail()
                return nil
            }
            return pair
        }

        @usableFromInline
        mutating func fail() {
            isMalformed = true
        }
    }

    /// The value of the label `name` inside of `bytes`; `nil` when it is absent.
    @inlinable
    public static func value(of name: UnsafeRawBufferPointer, in bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        var cursor = Cursor(bytes)
        while let pair = cursor.next() {
            if pair.name.count == name.count, areEqual(pair.name, name) { return pair.value }
        }
        return nil
    }

    /// The name of the metric inside of `bytes`; empty when there is none.
    public static func metricName(in bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var cursor = Cursor(bytes)
        while let pair = cursor.next() {
            if isMetricNameLabel(pair.name) { return pair.value }
        }
        return UnsafeRawBufferPointer(rebasing: bytes[bytes.count...])
    }

    /// Whether the bytes are `__name__`.
    @inlinable
    public static func isMetricNameLabel(_ name: UnsafeRawBufferPointer) -> Bool {
        // Read as one number.
        name.count == 8 && name.loadUnaligned(as: UInt64.self) == UInt64(littleEndian: 0x5F5F_656D_616E_5F5F)
    }

    /// Whether `bytes` are the one form in which these labels may be kept.
    public static func isCanonical(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var cursor = Cursor(bytes)
        var previous: UnsafeRawBufferPointer?
        var length = 0
        while let pair = cursor.next() {
            guard !pair.name.isEmpty, !pair.value.isEmpty, isText(pair.name), isText(pair.value) else { return false }
            if let previous, compare(previous, pair.name) >= 0 { return false }
            previous = pair.name
            let content = contentSize(name: pair.name, value: pair.value)
            length += 1 + varintSize(content) + content
        }
        // As long as they come out when they are written anew: no length takes more bytes than it needs.
        return !cursor.isMalformed && length == bytes.count
    }

    /// Negative, zero or positive, as unsigned bytes; a prefix comes first.
    public static func compare(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
        let common = min(left.count, right.count)
        if common > 0, let left = left.baseAddress, let right = right.baseAddress {
            let difference = memcmp(left, right, common)
            if difference != 0 { return Int(difference) }
        }
        return left.count - right.count
    }

    /// Whether the two hold the same bytes.
    public static func areEqual(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        left.count == right.count && compare(left, right) == 0
    }

    /// Adds one label. The caller keeps the order and leaves out empty values.
    public static func append(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
        bytes.append(0x0A)
        appendVarint(contentSize(name: name, value: value), to: &bytes)
        appendContent(name: name, value: value, to: &bytes)
    }

    /// Adds a label as it stands in other labels.
    @inlinable
    public static func append(_ pair: Pair, to bytes: inout [UInt8]) {
        bytes.append(0x0A)
        appendVarint(pair.content.count, to: &bytes)
        bytes.append(contentsOf: pair.content)
    }

    /// The content of one pair.
    public static func content(name: String, value: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var (name, value) = (name, value)
        name.withUTF8 { name in
            value.withUTF8 { value in
                appendContent(name: UnsafeRawBufferPointer(name), value: UnsafeRawBufferPointer(value), to: &bytes)
            }
        }
        return bytes
    }

    // MARK: - Private

    /// The content of the field that begins at `offset` with `tag`; moves behind it.
    @inlinable
    static func field(_ tag: UInt8, in bytes: UnsafeRawBufferPointer, _ offset: inout Int) -> UnsafeRawBufferPointer? {
        guard offset + 1 < bytes.count, bytes[offset] == tag else { return nil }
        var length = Int(bytes[offset + 1])
        var start = offset + 2
        if length >= 0x80 {
            guard let (long, next) = longLength(in: bytes, at: offset + 1) else { return nil }
            (length, start) = (long, next)
        }
        guard length <= bytes.count - start else { return nil }
        offset = start + length
        return UnsafeRawBufferPointer(rebasing: bytes[start..<offset])
    }

    /// A length of several bytes, and where it ends. Labels are far shorter than five bytes can say.
    @usableFromInline
    static func longLength(in bytes: UnsafeRawBufferPointer, at start: Int) -> (Int, Int)? {
        var value = 0
        for index in 0..<min(5, bytes.count - start) {
            let byte = bytes[start + index]
            value |= Int(byte & 0x7F) << (7 * index)
            if byte & 0x80 == 0 { return (value, start + index + 1) }
        }
        return nil
    }

    private static func contentSize(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) -> Int {
        2 + varintSize(name.count) + name.count + varintSize(value.count) + value.count
    }

    private static func appendContent(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
        bytes.append(0x0A)
        appendVarint(name.count, to: &bytes)
        bytes.append(contentsOf: name)
        bytes.append(0x12)
        appendVarint(value.count, to: &bytes)
        bytes.append(contentsOf: value)
    }

    private static func varintSize(_ value: Int) -> Int {
        max(1, (Int.bitWidth - value.leadingZeroBitCount + 6) / 7)
    }

    @usableFromInline
    static func appendVarint(_ value: Int, to bytes: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    private static func isText(_ bytes: UnsafeRawBufferPointer) -> Bool {
        // Nearly all labels are ASCII.
        bytes.allSatisfy { $0 < 0x80 } || String(validating: bytes, as: UTF8.self) != nil
    }
}
