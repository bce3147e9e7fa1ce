import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import PostwatchRuntime

/// Says in plain words what the libraries below report when a page could not be fetched, and what to do about it.
enum PageTrouble {
    /// - Parameters:
    ///   - host: of the address that was asked, without brackets.
    ///   - bodyLimit: in bytes.
    static func failure(_ error: any Error, host: String, port: Int, bodyLimit: Int) -> ScrapeFailure {
        let place = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        switch error {
        case let failure as ScrapeFailure: return failure
        case let unreadable as SecretSource.Unreadable: return .unreachable(reason: unreadable.description)
        case let error as NIOConnectionError:
            guard let first = error.connectionErrors.first else {
                return .unreachable(reason: "the name \(host) has no address; correct it, or the name server's entry for it")
            }
            return .unreachable(reason: reason(first.error, place))
        default:
            return compression(error, bodyLimit: bodyLimit) ?? .unreachable(reason: reason(error, place))
        }
    }

    // MARK: - Private

    private static func reason(_ error: any Error, _ place: String) -> String {
        switch error {
        case let error as IOError: system(error, place)
        case let error as ChannelError: channel(error, place)
        case let error as HTTPClientError: client(error, place)
        case let error as NIOSSLError: encryption("\(error)", place)
        case let error as BoringSSLError: encryption("\(error)", place)
        case is NIOSSLExtraError: wrongName(place)
        case is HTTPParserError:
            "\(place) does not answer in HTTP; correct the port, or set scheme: https if it waits for encryption"
        default: "\(place) could not be asked: \(error)"
        }
    }

    private static func system(_ error: IOError, _ place: String) -> String {
        switch error.errnoCode {
        case ECONNREFUSED: "nothing listens at \(place) (connection refused); start the exporter, or correct the port"
        case EHOSTUNREACH, ENETUNREACH: "no way leads to \(place) (\(text(of: error))); look at routes and firewalls"
        case ETIMEDOUT: unanswered(place)
        case ECONNRESET, EPIPE: hungUp(place)
        case EMFILE, ENFILE: "no more connections can be opened here (\(text(of: error))); raise the limit of open files"
        default: "\(place) was not reached: \(text(of: error))"
        }
    }

    private static func text(of error: IOError) -> String {
        String(cString: strerror(error.errnoCode)).lowercased()
    }

    private static func channel(_ error: ChannelError, _ place: String) -> String {
        switch error {
        case .connectTimeout: unanswered(place)
        case .eof, .ioOnClosedChannel, .alreadyClosed, .inputClosed, .outputClosed: hungUp(place)
        default: "\(place) was not reached: \(error)"
        }
    }

    private static func client(_ error: HTTPClientError, _ place: String) -> String {
        switch error {
        case .connectTimeout, .getConnectionFromPoolTimeout: unanswered(place)
        case .tlsHandshakeTimeout: "\(place) took the connection, but not the encryption; set scheme: http if it knows none"
        case .remoteConnectionClosed, .uncleanShutdown: hungUp(place)
        case .redirectLimitReached, .redirectCycleDetected:
            "\(place) redirects again and again; correct metrics_path, or set follow_redirects: false"
        default: "\(place) could not be asked: \(error.shortDescription)"
        }
    }

    private static func unanswered(_ place: String) -> String {
        "\(place) did not take the connection in time; look at the machine and at firewalls"
    }

    private static func hungUp(_ place: String) -> String {
        "\(place) closed the connection before its answer was complete; look into the target's own log, "
            + "or set scheme: https if it waits for encryption"
    }

    private static func wrongName(_ place: String) -> String {
        "the certificate of \(place) is for another name; set server_name of tls_config to the one that it has"
    }

    /// NIOSSL hands over what BoringSSL wrote: there is nothing but text to tell its errors apart.
    private static func encryption(_ text: String, _ place: String) -> String {
        let known = [
            (
                "CERTIFICATE_VERIFY_FAILED",
                "the certificate of \(place) is not trusted, or has expired; set ca_file of tls_config, or renew it"
            ),
            ("unableToValidateCertificate", "the certificate of \(place) is not trusted; set ca_file of tls_config"),
            ("WRONG_VERSION_NUMBER", "\(place) does not encrypt; set scheme: http"),
            ("UNSUPPORTED_PROTOCOL", "\(place) knows only versions of TLS that are not allowed; lower min_version of tls_config"),
            (
                "PROTOCOL_VERSION",
                "\(place) knows only versions of TLS that are not allowed; change min_version or max_version of tls_config"
            ),
            ("CERTIFICATE_REQUIRED", "\(place) wants a certificate; set cert_file and key_file of tls_config"),
            ("HANDSHAKE_FAILURE", "\(place) refused the encryption; it may want a certificate: cert_file and key_file of tls_config"),
            ("EOF during handshake", "\(place) closed the connection instead of encrypting it; set scheme: http if it knows no encryption"),
        ]
        return known.first { text.contains($0.0) }?.1 ?? "no encrypted connection to \(place): \(text)"
    }

    /// The errors of unpacking. Their module is a dependency of a dependency: their type is told by its name.
    private static func compression(_ error: any Error, bodyLimit: Int) -> ScrapeFailure? {
        guard String(reflecting: type(of: error)).hasPrefix("NIOHTTPCompression.") else { return nil }
        switch "\(error)" {
        case "limit": return .pageTooLarge(limit: bodyLimit)
        case "truncatedData": return .unpackable(isTruncated: true)
        default: return .unpackable(isTruncated: false)
        }
    }
}
