import MailWire
import PostwatchModel
import PostwatchRuntime

/// Statuses of answers that are taken for good, such as `200-299`.
public struct StatusRange: Hashable, Sendable {
    public static let success = StatusRange(200...299)

    public let codes: ClosedRange<Int>

    public init(_ codes: ClosedRange<Int>) {
        self.codes = codes
    }

    /// Reads `404` or `200-299`; `nil` for anything that is no status from 100 to 599.
    public init?(_ text: String) {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first <= last, first >= 100, last <= 599 else {
            return nil
        }
        codes = first...last
    }
}

extension StatusRange: CustomStringConvertible {
    public var description: String {
        codes.count == 1 ? "\(codes.lowerBound)" : "\(codes.lowerBound) to \(codes.upperBound)"
    }
}

extension ConfigurationSection {
    /// Reads a list of statuses and ranges of them.
    func statuses(_ key: String) -> [StatusRange] {
        texts(key).compactMap { text in
            let range = StatusRange(text)
            if range == nil { report(key, found: "\"\(text)\"", write: "a list of statuses such as [200] or [200-299, 401]") }
            return range
        }
    }

    /// Reads an address of the web; `nil` without one, which is noted. A password in it would be shown in failures.
    func webAddress(_ key: String, like example: String) -> HTTPURL? {
        let text = requiredText(key, like: example)
        guard !text.isEmpty else { return nil }
        guard let url = HTTPURL(text) else {
            if text.contains("@") {
                report(key, found: "a user or a password in the URL", write: "the address alone, and username with password_file")
            } else {
                report(key, found: "\"\(text)\"", write: "an address such as \(example)")
            }
            return nil
        }
        return url
    }

    /// Reads a map of header fields, which must be fit to be sent.
    func headerFields(_ key: String) -> HTTPFields {
        var fields = HTTPFields(textMap(key).sorted { $0.key < $1.key }.map { .init(name: $0.key, value: $0.value) })
        for field in fields.all {
            do {
                try HTTPFields.check(field)
            } catch {
                report(
                    key, found: "\"\(WireText.printable(field.name.utf8, limit: 40))\" that cannot be sent",
                    write: "names and values of one line each")
                fields[field.name] = nil
            }
        }
        return fields
    }
}
