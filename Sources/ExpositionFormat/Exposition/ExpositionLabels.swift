/// The labels of a series, read from its bytes on a page of metrics.
///
/// Both `name{label="value"}` and, for names with other characters, `{"name", "label"="value"}` are read.
/// Sources: Prometheus documentation, "Exposition formats"; proposal "UTF-8 support for metric and label names".
public struct ExpositionLabels {
    public struct Label: Hashable, Sendable {
        public var name: [UInt8]
        /// Without escapes. May be empty.
        public var value: [UInt8]

        public init(name: [UInt8], value: [UInt8]) {
            self.name = name
            self.value = value
        }
    }

    /// In the order of the page, the metric's name as `__name__`. A name may come twice: that is for the caller to judge.
    public private(set) var labels: [Label] = []

    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    /// Reads the bytes of a series, without what stands behind them; `nil` when they are none, or not UTF-8.
    public init?(_ series: UnsafeRawBufferPointer) {
        bytes = series
        while position < bytes.count, Self.isNameByte(bytes[position]) { position += 1 }
        if position > 0 { labels.append(Label(name: Self.metricName, value: Array(bytes[..<position]))) }
        skipBlanks()
        if position < bytes.count, !readBraces(metricIsNamed: !labels.isEmpty) { return nil }
        skipBlanks()
        guard position == bytes.count, !labels.isEmpty else { return nil }
        if !Self.isText(bytes) { return nil }
    }

    /// Resolves `\\`, `\"` and `\n`; a backslash before anything else stays.
    public static func unescaped(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        guard bytes.contains(backslash) else { return Array(bytes) }
        var text: [UInt8] = []
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            guard byte == backslash, position < bytes.count else {
                text.append(byte)
                continue
            }
            switch bytes[position] {
            case UInt8(ascii: "n"): text.append(UInt8(ascii: "\n"))
            case backslash, quote: text.append(bytes[position])
            default: text += [backslash, bytes[position]]
            }
            position += 1
        }
        return text
    }

    /// Whether the byte may stand in a name without quotes; a digit not at its beginning.
    @inline(__always)
    static func isNameByte(_ byte: UInt8) -> Bool {
        ((byte | 0x20) &- UInt8(ascii: "a")) < 26 || (byte &- UInt8(ascii: "0")) < 11 || byte == UInt8(ascii: "_")
    }

    static func isText(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.allSatisfy { $0 < 0x80 } || String(validating: bytes, as: UTF8.self) != nil
    }

    // MARK: - Private

    private static let metricName = Array("__name__".utf8)
    private static let backslash = UInt8(ascii: "\\")
    private static let quote = UInt8(ascii: "\"")

    private mutating func skipBlanks() {
        while position < bytes.count, bytes[position] == 0x20 || bytes[position] == 0x09 { position += 1 }
    }

    /// Passes over `byte`, blanks before it included; false when something else stands there.
    private mutating func take(_ byte: UInt8) -> Bool {
        skipBlanks()
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func readBraces(metricIsNamed: Bool) -> Bool {
        guard take(UInt8(ascii: "{")) else { return false }
        var metricIsNamed = metricIsNamed
        while !take(UInt8(ascii: "}")) {
            guard let name = name() else { return false }
            if take(UInt8(ascii: "=")) {
                guard let value = quoted(), !name.text.isEmpty else { return false }
                labels.append(Label(name: name.text, value: value))
            } else {
                // A text alone is the metric's name.
                guard name.isQuoted, !metricIsNamed, !name.text.isEmpty else { return false }
                metricIsNamed = true
                labels.append(Label(name: Self.metricName, value: name.text))
            }
            if take(UInt8(ascii: ",")) { continue }
            guard take(UInt8(ascii: "}")) else { return false }
            return true
        }
        return true
    }

    private mutating func name() -> (text: [UInt8], isQuoted: Bool)? {
        skipBlanks()
        guard position < bytes.count else { return nil }
        if bytes[position] == Self.quote { return quoted().map { ($0, true) } }
        let start = position
        // No colon: that is for metrics alone.
        while position < bytes.count, Self.isNameByte(bytes[position]), bytes[position] != UInt8(ascii: ":") { position += 1 }
        guard position > start, (bytes[start] &- 0x30) > 9 else { return nil }
        return (Array(bytes[start..<position]), false)
    }

    private mutating func quoted() -> [UInt8]? {
        guard take(Self.quote) else { return nil }
        let start = position
        while position < bytes.count {
            if bytes[position] == Self.quote {
                defer { position += 1 }
                return Self.unescaped(UnsafeRawBufferPointer(rebasing: bytes[start..<position]))
            }
            position += bytes[position] == Self.backslash ? 2 : 1
        }
        return nil
    }
}
