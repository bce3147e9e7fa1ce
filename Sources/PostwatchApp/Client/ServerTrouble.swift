import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Says in plain words why a server did not answer, instead of what the libraries below call it.
enum ServerTrouble {
    static func reason(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError: error.connectionErrors.first.map { reason($0.error) } ?? "there is no such host"
        case let error as IOError where error.errnoCode == ECONNREFUSED: "nothing listens there (connection refused)"
        case let error as IOError: text(of: error)
        case ChannelError.connectTimeout: unanswered
        case let error as HTTPClientError: reason(error)
        case is NIOSSLError, is BoringSSLError: "no encrypted connection could be made; is it https and its certificate trusted?"
        case is NIOSSLExtraError: "its certificate is for another name"
        case is HTTPParserError: "what answers there does not speak HTTP, or wants https"
        case is NIOTooManyBytesError: "the answer is too long"
        default: "\(error)"
        }
    }

    // MARK: - Private

    private static let noAddress = "that is no address; write http://host:port"
    private static let unanswered = "it does not take connections in time"

    private static func reason(_ error: HTTPClientError) -> String {
        switch error {
        case .invalidURL, .emptyHost, .emptyScheme: noAddress
        case .connectTimeout, .getConnectionFromPoolTimeout: unanswered
        case .deadlineExceeded, .readTimeout: "it took the connection and did not answer in time"
        case .remoteConnectionClosed, .uncleanShutdown: "it closed the connection before its answer was complete"
        case .tlsHandshakeTimeout: "it took the connection, but not the encryption"
        // The scheme itself stands in it.
        case _ where error.shortDescription == HTTPClientError.unsupportedScheme("").shortDescription: noAddress
        default: error.shortDescription
        }
    }

    private static func text(of error: IOError) -> String { String(cString: strerror(error.errnoCode)).lowercased() }
}
