import Hummingbird
import PromQL

/// Why a request gets no answer, in the terms of Prometheus' HTTP API.
/// Source: Prometheus documentation, "HTTP API", "Format overview".
public struct APIFailure: Error, Hashable, Sendable {
    /// Raw values as `errorType` names them.
    public enum Kind: String, Hashable, Sendable {
        /// A parameter is missing or wrong.
        case badData = "bad_data"
        /// The query cannot be answered.
        case execution
        /// The query took longer than it may.
        case timeout
        /// Whoever asked went away.
        case canceled
        case notFound = "not_found"
        case notAcceptable = "not_acceptable"
        /// The server does not do that, or not now.
        case unavailable
        case `internal`

        var status: HTTPResponse.Status {
            switch self {
            case .badData: .badRequest
            case .execution: .unprocessableContent
            case .timeout, .unavailable: .serviceUnavailable
            case .canceled: .init(code: 499, reasonPhrase: "Client Closed Request")
            case .notFound: .notFound
            case .notAcceptable: .notAcceptable
            case .internal: .internalServerError
            }
        }
    }

    public let kind: Kind
    /// One sentence for a person.
    public let message: String
    private let isTooLarge: Bool

    public init(_ kind: Kind, _ message: String) {
        self.init(kind, message, isTooLarge: false)
    }

    private init(_ kind: Kind, _ message: String, isTooLarge: Bool) {
        self.kind = kind
        self.message = message
        self.isTooLarge = isTooLarge
    }

    init(_ failure: QueryFailure) {
        let kind: Kind =
            switch failure.kind {
            case .badData: .badData
            case .execution: .execution
            case .timeout: .timeout
            case .canceled: .canceled
            case .internal: .internal
            }
        self.init(kind, "\(failure)")
    }

    /// The body is larger than is read.
    static func tooLarge(limit: Int) -> APIFailure {
        APIFailure(.badData, "error parsing form values: the form is larger than \(limit) bytes", isTooLarge: true)
    }

    /// `invalid parameter "step": …`
    static func invalid(_ parameter: String, _ reason: String) -> APIFailure {
        APIFailure(.badData, "invalid parameter \"\(parameter)\": \(reason)")
    }

    var response: Response {
        guard isTooLarge else { return .prometheusError(kind.status, type: kind.rawValue, message: message) }
        var response = Response.prometheusError(.contentTooLarge, type: kind.rawValue, message: message)
        // The rest of the body is not waited for.
        response.headers[.connection] = "close"
        return response
    }
}
