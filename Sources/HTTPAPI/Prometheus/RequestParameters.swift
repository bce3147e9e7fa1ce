import Hummingbird
import PostwatchModel

/// The parameters of a request, each of which may be given more than once: those of a form body first, then those of the address.
struct RequestParameters: Sendable {
    /// Largest form body that is read.
    private static let maximumFormBytes = 1 << 20
    /// How clients in Go write the first and the last moment there is, when they mean all times.
    private static let firstMoment = "-292273086-05-16T16:47:06Z"
    private static let lastMoment = "292277025-08-18T07:12:54.999999999Z"
    private var values: [String: [String]] = [:]

    /// Throws `APIFailure`.
    init(_ request: Request) async throws {
        if request.method != .get, request.headers[.contentType]?.lowercased().hasPrefix("application/x-www-form-urlencoded") == true {
            try read(try await Self.form(of: request))
        }
        if let query = request.uri.query { try read(query.utf8) }
    }

    /// Every value of a parameter, in order.
    func all(_ name: String) -> [String] {
        values[name] ?? []
    }

    /// The first value; `nil` when absent or empty.
    func first(_ name: String) -> String? {
        values[name]?.first.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Unix seconds or RFC 3339; `nil` when absent.
    func time(_ name: String) throws -> Timestamp? {
        try first(name).map { text in
            guard let moment = Self.moment(text) else {
                throw APIFailure.invalid(name, "Invalid time value for '\(name)': cannot parse \"\(text)\" to a valid timestamp")
            }
            return moment
        }
    }

    /// The same for a parameter that must be there.
    func requiredTime(_ name: String) throws -> Timestamp {
        let text = first(name) ?? ""
        guard let moment = Self.moment(text) else { throw APIFailure.invalid(name, "cannot parse \"\(text)\" to a valid timestamp") }
        return moment
    }

    /// A duration such as `15s`, or seconds; `nil` when absent.
    func duration(_ name: String) throws -> Duration? {
        try first(name).map { try Self.duration($0, of: name) }
    }

    /// The same for a parameter that must be there.
    func requiredDuration(_ name: String) throws -> Duration {
        try Self.duration(first(name) ?? "", of: name)
    }

    /// How many entries an answer may have: `nil` when absent or 0, which stands for any number.
    func limit(_ name: String = "limit") throws -> Int? {
        guard let text = first(name) else { return nil }
        guard let number = Int(text) else { throw APIFailure.invalid(name, "cannot parse \"\(text)\" as a number") }
        guard number >= 0 else { throw APIFailure.invalid(name, "limit must be non-negative") }
        return number == 0 ? nil : number
    }

    /// `fallback` when absent.
    func count(_ name: String, default fallback: Int, upTo limit: Int) throws -> Int {
        guard let text = first(name) else { return fallback }
        guard let number = Int(text), (1...limit).contains(number) else {
            throw APIFailure.invalid(name, "\"\(text)\" is not a number from 1 to \(limit)")
        }
        return number
    }

    /// False when absent.
    func flag(_ name: String) throws -> Bool {
        guard let text = first(name) else { return false }
        switch text.lowercased() {
        case "1", "t", "true": return true
        case "0", "f", "false": return false
        default: throw APIFailure.invalid(name, "cannot parse \"\(text)\" as true or false")
        }
    }

    // MARK: - Private

    /// Nothing of a body is read that says itself that it is too large.
    private static func form(of request: Request) async throws -> [UInt8] {
        let announced = request.headers[.contentLength].flatMap { UInt($0) } ?? 0
        guard announced <= UInt(maximumFormBytes) else { throw APIFailure.tooLarge(limit: maximumFormBytes) }
        var form: [UInt8] = []
        do {
            for try await part in request.body {
                guard form.count + part.readableBytes <= maximumFormBytes else { throw APIFailure.tooLarge(limit: maximumFormBytes) }
                form.append(contentsOf: part.readableBytesView)
            }
        } catch let failure as APIFailure {
            throw failure
        } catch {
            throw APIFailure(.badData, "error parsing form values: the form is cut off")
        }
        return form
    }

    private static func moment(_ text: String) -> Timestamp? {
        if let seconds = Double(text), seconds.isFinite { return Timestamp(seconds: seconds) }
        if text == firstMoment { return Timestamp(milliseconds: .min) }
        if text == lastMoment { return Timestamp(milliseconds: .max) }
        return Timestamp(rfc3339: text)
    }

    private static func duration(_ text: String, of name: String) throws -> Duration {
        if let seconds = Double(text), seconds.isFinite {
            guard let milliseconds = Int64(exactly: (seconds * 1000).rounded()) else {
                throw APIFailure.invalid(name, "cannot parse \"\(text)\" to a valid duration. It overflows int64")
            }
            return .milliseconds(milliseconds)
        }
        guard let duration = Duration(prometheus: text) else {
            throw APIFailure.invalid(name, "cannot parse \"\(text)\" to a valid duration")
        }
        return duration
    }

    /// Reads `a=b&c=d`, percent-encoded, where a plus stands for a space: the same in an address and in a form.
    private mutating func read(_ form: some Collection<UInt8>) throws {
        for pair in form.split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let key = Self.decoded(parts[0]), let value = parts.count > 1 ? Self.decoded(parts[1]) : "" else {
                throw APIFailure(.badData, "error parsing form values: the parameters are not percent-encoded UTF-8")
            }
            values[key, default: []].append(value)
        }
    }

    private static func decoded(_ text: some Collection<UInt8>) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var rest = text.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.next().flatMap(hexDigit), let low = rest.next().flatMap(hexDigit) else { return nil }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
