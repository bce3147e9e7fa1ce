import Foundation

/// Where a value stands in JSON: `/mailboxes/0/name`. Source: RFC 6901.
struct JSONPointer: Hashable, Sendable {
    let source: String
    private let keys: [String]

    /// Must be empty or begin with a slash.
    init?(_ source: String) {
        guard source.isEmpty || source.hasPrefix("/") else { return nil }
        self.source = source
        keys = source.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map {
            String($0).replacing("~1", with: "/").replacing("~0", with: "~")
        }
    }

    /// The value as text: a text as it is, anything else as JSON. `nil` when there is none, and for null.
    func text(in bytes: [UInt8]) -> String? { Self.parsed(bytes).flatMap(text) }

    /// As above, in JSON that is parsed already.
    func text(in json: Any) -> String? {
        guard let value = value(in: json), !(value is NSNull) else { return nil }
        if let text = value as? String { return text }
        let options: JSONSerialization.WritingOptions = [.fragmentsAllowed, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? JSONSerialization.data(withJSONObject: value, options: options) else { return nil }
        return String(decoding: data, as: UTF8.self)
    }

    /// The elements of a list, each parsed already; none where there is no list.
    func elements(in bytes: [UInt8]) -> [Any] {
        Self.parsed(bytes).flatMap(value) as? [Any] ?? []
    }

    // MARK: - Private

    private static func parsed(_ bytes: [UInt8]) -> Any? {
        try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
    }

    private func value(in json: Any) -> Any? {
        var value = json
        for key in keys {
            if let object = value as? [String: Any], let next = object[key] {
                value = next
            } else if let list = value as? [Any], let index = Int(key), list.indices.contains(index) {
                value = list[index]
            } else {
                return nil
            }
        }
        return value
    }
}
