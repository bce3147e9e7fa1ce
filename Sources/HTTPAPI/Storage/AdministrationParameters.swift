import Foundation
import Hummingbird
import PostwatchModel

/// The parameters of an administrative request, which may be given more than once: those of the address, and those of a form body.
struct AdministrationParameters {
    /// Largest form body that is read.
    private static let maximumFormBytes = 1 << 20
    private var values: [String: [String]] = [:]

    /// Throws `QueryParameters.Fault`.
    init(_ request: Request) async throws {
        try read(request.uri.query ?? "")
        guard request.headers[.contentType]?.hasPrefix("application/x-www-form-urlencoded") == true else { return }
        try read(String(buffer: try await request.body.collect(upTo: Self.maximumFormBytes)))
    }

    /// Every value of a parameter, in order.
    func all(_ name: String) -> [String] {
        values[name] ?? []
    }

    /// Unix seconds or RFC 3339; `nil` when absent.
    func time(_ name: String) throws -> Timestamp? {
        guard let text = values[name]?.first, !text.isEmpty else { return nil }
        if let seconds = Double(text), seconds.isFinite { return Timestamp(seconds: seconds) }
        guard let moment = Timestamp(rfc3339: text) else {
            throw QueryParameters.Fault(message: "invalid parameter \"\(name)\": cannot parse \"\(text)\" as unix seconds or RFC 3339")
        }
        return moment
    }

    /// False when absent.
    func flag(_ name: String) throws -> Bool {
        guard let text = values[name]?.first, !text.isEmpty else { return false }
        switch text.lowercased() {
        case "1", "t", "true": return true
        case "0", "f", "false": return false
        default: throw QueryParameters.Fault(message: "invalid parameter \"\(name)\": cannot parse \"\(text)\" as true or false")
        }
    }

    /// `fallback` when absent.
    func count(_ name: String, default fallback: Int, upTo limit: Int) throws -> Int {
        guard let text = values[name]?.first, !text.isEmpty else { return fallback }
        guard let number = Int(text), (1...limit).contains(number) else {
            throw QueryParameters.Fault(message: "invalid parameter \"\(name)\": \"\(text)\" is not a number from 1 to \(limit)")
        }
        return number
    }

    // MARK: - Private

    private mutating func read(_ form: String) throws {
        for pair in form.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let texts = parts.map { $0.replacing("+", with: " ").removingPercentEncoding }
            guard let key = texts[0], let value = texts.count > 1 ? texts[1] : "" else {
                throw QueryParameters.Fault(message: "the parameters are not percent-encoded correctly")
            }
            values[key, default: []].append(value)
        }
    }
}
