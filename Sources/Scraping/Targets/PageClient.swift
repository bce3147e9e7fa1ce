import AsyncHTTPClient
import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import PostwatchModel
import PostwatchRuntime

/// Fetches pages over HTTP, with the credentials and the trust of one job.
struct PageClient: Sendable {
    struct Page: Sendable {
        var content: ByteBuffer
        var contentType: String
    }

    private let access: HTTPAccess
    private let client: HTTPClient
    private let bodyLimit: Int
    /// What stands in the place of the host of each address.
    private let serverName: String?

    /// - Parameters:
    ///   - host: whose address is asked under the name `tls_config.server_name`, if there is one.
    ///   - idle: how long a connection is kept that nobody uses.
    /// - Throws: `unreachable` when a certificate or a key cannot be read.
    init(_ access: HTTPAccess, host: String, bodyLimit: Int, idle: Duration) throws(ScrapeFailure) {
        var options = HTTPClient.Configuration(
            redirectConfiguration: access.followsRedirects ? .follow(max: 10, allowCycles: false) : .disallow)
        options.tlsConfiguration = try Self.tls(access.tls)
        options.httpVersion = access.allowsHTTP2 ? .automatic : .http1Only
        options.decompression = .enabled(limit: .size(bodyLimit))
        // The next scrape is the second attempt.
        options.connectionPool.retryConnectionEstablishment = false
        options.connectionPool.idleTimeout = .milliseconds(max(90_000, idle.wholeMilliseconds))
        serverName = access.tls.serverName
        if let serverName { options.dnsOverride[serverName] = host }
        self.access = access
        self.bodyLimit = bodyLimit
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: options)
    }

    /// A request for the page at `url`, to be used again and again. Throws `unreachable` when that is no address.
    func request(_ url: String, headers: [(String, String)]) throws(ScrapeFailure) -> HTTPClient.Request {
        do {
            var request = try HTTPClient.Request(url: Self.replacingHost(of: url, with: serverName))
            if serverName != nil, let authority = Self.authority(of: url) { request.headers.add(name: "Host", value: String(authority)) }
            for (name, value) in access.headers { request.headers.replaceOrAdd(name: name, value: value) }
            for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
            request.headers.replaceOrAdd(name: "User-Agent", value: "postwatch")
            return request
        } catch {
            throw .unreachable(reason: "\(url) is no address that can be asked; correct the target, or the rules that make it")
        }
    }

    /// The page that is asked for. Ends by cancellation; its timeout is the caller's.
    /// - Parameter expectedBytes: how large the page will be, about.
    func page(_ request: HTTPClient.Request, expectedBytes: Int = 0) async throws(ScrapeFailure) -> Page {
        do {
            var request = request
            if let authorization = try authorization() { request.headers.replaceOrAdd(name: "Authorization", value: authorization) }
            let task = client.execute(
                request: request, delegate: PageCollector(bodyLimit: bodyLimit, expectedBytes: expectedBytes), deadline: .distantFuture)
            return try await withTaskCancellationHandler {
                try await task.futureResult.get()
            } onCancel: {
                task.cancel()
            }
        } catch {
            throw PageTrouble.failure(
                error, host: TargetHost.name(of: request.url.absoluteString), port: request.port, bodyLimit: bodyLimit)
        }
    }

    func close() async {
        // It is only asked to once; what could go wrong has no consequences.
        try? await client.shutdown()
    }

    // MARK: - Private

    private func authorization() throws(SecretSource.Unreadable) -> String? {
        switch access.credentials {
        case .none: return nil
        case .authorization(let type, let secret): return "\(type) \(try secret.read().reveal())"
        case .basic(let username, let password):
            return "Basic " + Data("\(username):\(try password?.read().reveal() ?? "")".utf8).base64EncodedString()
        }
    }

    private static func tls(_ access: HTTPAccess.TLS) throws(ScrapeFailure) -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = (access.minimumVersion ?? .tls12).library
        tls.maximumTLSVersion = access.maximumVersion?.library
        if access.skipsVerification { tls.certificateVerification = .none }
        var path = ""
        do {
            if let file = access.authorityFile {
                path = file
                tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(file))
            }
            if let file = access.certificateFile {
                path = file
                tls.certificateChain = try NIOSSLCertificate.fromPEMFile(file).map { .certificate($0) }
            }
            if let file = access.keyFile {
                path = file
                tls.privateKey = .privateKey(try NIOSSLPrivateKey(file: file, format: .pem))
            }
        } catch {
            throw .unreachable(reason: "the file \(path) of tls_config cannot be read as PEM; correct the file, then reload")
        }
        return tls
    }

    private static func authority(of url: String) -> Substring? {
        guard let start = url.range(of: "://")?.upperBound else { return nil }
        return url[start...].prefix { $0 != "/" && $0 != "?" }
    }

    private static func replacingHost(of url: String, with name: String?) -> String {
        guard let name, let authority = authority(of: url) else { return url }
        // The port is behind the last colon, unless that is one of an IPv6 address.
        let colon = authority.lastIndex(of: ":")
        let port = colon.map { authority[$0...] }.flatMap { $0.contains("]") ? nil : $0 } ?? ""
        return url.replacingCharacters(in: authority.startIndex..<authority.endIndex, with: name + port)
    }
}

extension HTTPAccess.TLS.Version {
    fileprivate var library: TLSVersion {
        switch self {
        case .tls10: .tlsv1
        case .tls11: .tlsv11
        case .tls12: .tlsv12
        case .tls13: .tlsv13
        }
    }
}
