import PostwatchModel

/// Writes the JSON of Prometheus' HTTP API as bytes.
/// Source: Prometheus documentation, "HTTP API".
struct PrometheusJSON: Sendable {
    private(set) var bytes: [UInt8] = []
    /// Whether something stands in the innermost open object or list, so that a comma must come first.
    private var needsComma = false

    init() {}

    /// Hands over what is written so far and goes on behind it.
    mutating func take() -> [UInt8] {
        defer { bytes.removeAll(keepingCapacity: true) }
        return bytes
    }

    // MARK: Envelope

    /// `{"status":"success","data":`, to be followed by the data.
    mutating func beginEnvelope() {
        raw(#"{"status":"success","data":"#)
        needsComma = false
    }

    mutating func endEnvelope(warnings: [String] = [], infos: [String] = []) {
        needsComma = true
        if !warnings.isEmpty { member("warnings") { $0.list(warnings) { $0.string($1) } } }
        if !infos.isEmpty { member("infos") { $0.list(infos) { $0.string($1) } } }
        raw("}")
    }

    static func failure(type: String, message: String) -> [UInt8] {
        var json = PrometheusJSON()
        json.object { json in
            json.member("status", "error")
            json.member("errorType", type)
            json.member("error", message)
        }
        return json.bytes
    }

    // MARK: Structure

    mutating func object(_ write: (inout PrometheusJSON) -> Void) {
        begin("{")
        write(&self)
        end("}")
    }

    mutating func list<Element>(_ elements: some Sequence<Element>, _ write: (inout PrometheusJSON, Element) -> Void) {
        begin("[")
        for element in elements { write(&self, element) }
        end("]")
    }

    mutating func member(_ name: StaticString, _ write: (inout PrometheusJSON) -> Void) {
        beginMember(name)
        write(&self)
    }

    /// `"name":`, to be followed by one value.
    mutating func beginMember(_ name: StaticString) {
        separate()
        raw("\"")
        raw(name)
        raw("\":")
        needsComma = false
    }

    /// The same for a name that is only known when the program runs.
    mutating func member(named name: String, _ write: (inout PrometheusJSON) -> Void) {
        string(name)
        raw(":")
        needsComma = false
        write(&self)
    }

    mutating func member(_ name: StaticString, _ value: String) { member(name) { $0.string(value) } }
    mutating func member(_ name: StaticString, _ value: Bool) { member(name) { $0.value(value ? "true" : "false") } }
    mutating func member(_ name: StaticString, _ value: Int) { member(name) { $0.integer(value) } }
    /// In seconds.
    mutating func member(_ name: StaticString, _ value: Duration) { member(name) { $0.number(value.seconds) } }

    /// Opens an object or a list, so that its elements can be written one after the other.
    mutating func begin(_ bracket: StaticString) {
        separate()
        raw(bracket)
        needsComma = false
    }

    mutating func end(_ bracket: StaticString) {
        raw(bracket)
        needsComma = true
    }

    // MARK: Values

    mutating func string(_ value: String) {
        separate()
        var value = value
        value.withUTF8 { quoted(UnsafeRawBufferPointer($0)) }
    }

    mutating func integer(_ value: Int) {
        separate()
        digits(Int64(value))
    }

    /// A finite number. JSON has no others: they become `null`.
    mutating func number(_ value: Double) {
        separate()
        if value.isFinite { bytes.append(answer: value) } else { raw("null") }
    }

    /// A sample's value, which is text: `"1.5"`, `"NaN"`.
    mutating func answer(_ value: Double) {
        separate()
        raw("\"")
        bytes.append(answer: value)
        raw("\"")
    }

    /// Milliseconds as seconds: `1435781451.007`, `1.500`.
    mutating func time(_ milliseconds: Int64) {
        separate()
        let (seconds, rest) = milliseconds.magnitude.quotientAndRemainder(dividingBy: 1000)
        if milliseconds < 0 { raw("-") }
        bytes.append(digits: seconds)
        guard rest != 0 else { return }
        bytes.append(UInt8(ascii: "."))
        for digit in [rest / 100, rest / 10 % 10, rest % 10] { bytes.append(UInt8(ascii: "0") + UInt8(digit)) }
    }

    /// A list of pairs of a name and a value, as an object.
    mutating func labels(_ labels: LabelSet) {
        begin("{")
        labels.forEachPair { pair in
            separate()
            quoted(pair.name)
            raw(":")
            quoted(pair.value)
        }
        end("}")
    }

    /// The same, sorted by name.
    mutating func texts(_ texts: [String: String]) {
        begin("{")
        for (name, value) in texts.sorted(by: { $0.key < $1.key }) { member(named: name) { $0.string(value) } }
        end("}")
    }

    /// What is JSON already.
    mutating func encoded(_ json: some Sequence<UInt8>) {
        separate()
        bytes.append(contentsOf: json)
    }

    // MARK: - Private

    private mutating func value(_ text: StaticString) {
        separate()
        raw(text)
    }

    /// Puts the comma before a value or a member. In an object the name has put it already.
    private mutating func separate() {
        if needsComma { raw(",") }
        needsComma = true
    }

    private mutating func raw(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    private mutating func digits(_ value: Int64) {
        if value < 0 { raw("-") }
        bytes.append(digits: value.magnitude)
    }

    private mutating func quoted(_ text: UnsafeRawBufferPointer) {
        bytes.append(UInt8(ascii: "\""))
        if text.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
            bytes.append(contentsOf: text)
        } else {
            for byte in text { escape(byte) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): raw("\\\"")
        case UInt8(ascii: "\\"): raw("\\\\")
        case UInt8(ascii: "\n"): raw("\\n")
        case UInt8(ascii: "\r"): raw("\\r")
        case UInt8(ascii: "\t"): raw("\\t")
        case ..<0x20:
            raw("\\u00")
            bytes.append(UInt8(ascii: "0") + byte >> 4)
            bytes.append(Self.hexadecimal[Int(byte & 0xF)])
        default: bytes.append(byte)
        }
    }

    private static let hexadecimal = Array("0123456789abcdef".utf8)
}
