import Foundation
import Hummingbird
import PostwatchModel

/// The parameters of a request: those of the address, and those of a form body when there is one.
struct QueryParameters {
    /// A parameter is missing or cannot be read; answered with 400 and `bad_data`.
    struct Fault: Error, Hashable {
        let message: String
    }

    /// Largest form body that is read.
    private static let maximumFormBytes = 1 << 20
    private var values: [String: [String]] = [:]

    init(_ request: Request) async throws {
        try read(request.uri.query ?? "")
        guard request.method == .post, request.headers[.contentType]?.hasPrefix("application/x-www-form-urlencoded") == true else { return }
        try read(String(buffer: try await request.body.collect(upTo: Self.maximumFormBytes)))
    }

    func required(_ name: String) throws -> String {
        guard let value = values[name]?.first, !value.isEmpty else { throw Fault(message: "parameter \"\(name)\" is missing") }
        return value
    }

    /// Unix seconds or RFC 3339; `fallback` when absent, a fault when absent without one.
    func time(_ name: String, default fallback: Timestamp?) throws -> Timestamp {
        guard let text = values[name]?.first, !text.isEmpty else {
            guard let fallback else { throw Fault(message: "parameter \"\(name)\" is missing") }
            return fallback
        }
        if let seconds = Double(text), seconds.isFinite { return Timestamp(seconds: seconds) }
        guard let moment = Timestamp(rfc3339: text) else {
            throw Fault(message: "invalid parameter \"\(name)\": cannot parse \"\(text)\" as unix seconds or RFC 3339")
        }
        return moment
    }

    /// A duration such as `15s`, or seconds.
    func duration(_ name: String) throws -> Duration {
        let text = try required(name)
        if let seconds = Double(text), seconds.isFinite { return .milliseconds(Int64((seconds * 1000).rounded())) }
        guard let duration = Duration(prometheus: text) else {
            throw Fault(message: "invalid parameter \"\(name)\": cannot parse \"\(text)\" as a duration such as 15s, or as seconds")
        }
        return duration
    }

    // MARK: - Private

    /// Reads `a=b&c=d`, percent-encoded, where a plus stands for a space: the same in an address and in a form.
    private mutating func read(_ form: String) throws {
        for pair in form.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let key = Self.decoded(parts[0]), let value = Self.decoded(parts.count > 1 ? parts[1] : "") else {
                throw Fault(message: "the parameters are not percent-encoded correctly")
            }
            values[key, default: []].append(value)
        }
    }

    private static func decoded(_ text: Substring) -> String? {
        text.replacing("+", with: " ").removingPercentEncoding
    }
}
