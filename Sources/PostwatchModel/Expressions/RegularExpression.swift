import CRE2

/// A regular expression in RE2 syntax, as Prometheus' and Go's are. A match takes time that grows only with the text, whatever the
/// expression, so one that came over the network cannot stall the server (decision 0006).
public final class RegularExpression: Sendable {
    /// The text is not a regular expression.
    public struct Fault: Error, Hashable, CustomStringConvertible {
        public let pattern: String
        /// RE2's words for it, such as `missing ): (`.
        public let reason: String

        public var description: String { "\"\(pattern)\" is not a valid regular expression in RE2 syntax: \(reason)" }
    }

    public enum Extent: Hashable, Sendable {
        /// All of the text must match, and a dot matches a newline too: so Prometheus compiles the patterns of matchers, of relabelling
        /// and of `label_replace`.
        case wholeText
        /// Any part of the text may match, and a dot does not match a newline: Go's `regexp.Compile` with nothing said.
        case anywhere
    }

    public let source: String
    public let extent: Extent
    private nonisolated(unsafe) let compiled: OpaquePointer

    public init(_ source: String, matching extent: Extent) throws(Fault) {
        self.source = source
        self.extent = extent
        switch Self.compile(source, extent) {
        case .success(let compiled): self.compiled = compiled
        case .failure(let fault):
            // This RE2 knows only Python's way to write a named group; newer ones, as Go's, take (?<name>…) too.
            let translated = source.replacing(#/\(\?<([A-Za-z_])/#) { "(?P<\($0.output.1)" }
            guard translated != source, case .success(let compiled) = Self.compile(translated, extent) else { throw fault }
            self.compiled = compiled
        }
    }

    deinit {
        cre2_free(compiled)
    }

    /// Groups in parentheses that keep what they match.
    public var groupCount: Int { Int(cre2_group_count(compiled)) }

    public func matches(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { Self.match(compiled, $0, from: 0, extent, nil, 0) }
    }

    /// The first match in `text`, or `nil`.
    public func firstMatch(in text: String) -> Match? {
        var text = text
        return text.withUTF8 { bytes in spans(in: bytes, from: 0).map { Match(expression: self, spans: $0, bytes: bytes) } }
    }

    /// `text` with every match replaced by `template`, filled in as `Match.expand` does. Source: Go's `regexp.ReplaceAllString`.
    public func replacingMatches(in text: String, with template: String) -> String {
        var text = text
        return text.withUTF8 { bytes in
            var result = ""
            var copied = 0
            var position = 0
            var lastEnd = -1
            while position <= bytes.count, let spans = spans(in: bytes, from: position) {
                let (start, end) = (spans[0].start, spans[0].end)
                // Nothing, right behind a match, is no match of its own.
                if end > lastEnd || start > lastEnd {
                    result += String(decoding: bytes[copied..<start], as: UTF8.self)
                    result += Match(expression: self, spans: spans, bytes: bytes).expand(template)
                    copied = end
                }
                lastEnd = end
                position = end > start ? end : Self.nextCharacter(in: bytes, after: end)
            }
            return result + String(decoding: bytes[copied...], as: UTF8.self)
        }
    }

    // MARK: - Private

    /// What an expression and its caches may take. RE2 matches in constant memory, a little slower, when its caches are full.
    private static let memoryLimit = 32 << 20

    private static func compile(_ source: String, _ extent: Extent) -> Result<OpaquePointer, Fault> {
        var text = source
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { reason in
            let compiled = text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) {
                    cre2_compile($0.baseAddress, $0.count, extent == .wholeText, memoryLimit, reason.baseAddress, reason.count)
                }
            }
            if let compiled { return .success(compiled) }
            return .failure(Fault(pattern: source, reason: reason.baseAddress.map { String(cString: $0) } ?? ""))
        }
    }

    private static func match(
        _ compiled: OpaquePointer, _ bytes: UnsafeBufferPointer<UInt8>, from: Int, _ extent: Extent,
        _ spans: UnsafeMutablePointer<CRE2Span>?,
        _ spanCount: Int
    ) -> Bool {
        bytes.withMemoryRebound(to: CChar.self) {
            cre2_match(compiled, $0.baseAddress, $0.count, from, extent == .wholeText, spans, CInt(spanCount))
        }
    }

    private func spans(in bytes: UnsafeBufferPointer<UInt8>, from: Int) -> [CRE2Span]? {
        var spans = [CRE2Span](repeating: CRE2Span(start: -1, end: -1), count: groupCount + 1)
        return spans.withUnsafeMutableBufferPointer({ Self.match(compiled, bytes, from: from, extent, $0.baseAddress, $0.count) })
            ? spans : nil
    }

    private static func nextCharacter(in bytes: UnsafeBufferPointer<UInt8>, after position: Int) -> Int {
        var next = position + 1
        while next < bytes.count, bytes[next] & 0xC0 == 0x80 { next += 1 }
        return next
    }

    fileprivate func number(ofGroup name: String) -> Int? {
        var name = name
        let number = name.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { cre2_group_number(compiled, $0.baseAddress, $0.count) }
        }
        return number < 0 ? nil : Int(number)
    }
}

extension RegularExpression: Hashable {
    public static func == (left: RegularExpression, right: RegularExpression) -> Bool {
        left.extent == right.extent && left.source.utf8.elementsEqual(right.source.utf8)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(source)
        hasher.combine(extent)
    }
}

extension RegularExpression {
    /// What one match found.
    public struct Match: Sendable {
        private let expression: RegularExpression
        private let groups: [String]

        fileprivate init(expression: RegularExpression, spans: [CRE2Span], bytes: UnsafeBufferPointer<UInt8>) {
            self.expression = expression
            groups = spans.map { $0.start < 0 ? "" : String(decoding: bytes[$0.start..<$0.end], as: UTF8.self) }
        }

        /// `template` with `$1`, `${1}`, `$name` and `${name}` replaced by what the groups matched and `$$` by a dollar. `$0` is the whole
        /// match; a group that took no part, or that there is not, is empty. Source: Go's `regexp.Expand`.
        public func expand(_ template: String) -> String {
            GroupTemplate.expand(template) { name in
                // Go takes digits for a number unless they begin with a needless zero.
                let isNumber = name.utf8.allSatisfy { (0x30...0x39).contains($0) } && (name == "0" || !name.hasPrefix("0"))
                guard let number = isNumber ? Int(name) : expression.number(ofGroup: name) else { return "" }
                return groups.indices.contains(number) ? groups[number] : ""
            }
        }
    }
}
