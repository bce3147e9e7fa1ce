import Foundation
import NIOCore
import PostwatchModel
import PostwatchRuntime

/// Targets that another program lists over HTTP.
/// Source: Prometheus documentation, "HTTP SD".
struct TargetAddress: TargetDiscovering {
    private static let timeout = Duration.seconds(30)
    private static let bodyLimit = 32 << 20

    let configuration: DiscoveryConfiguration.Address
    let world: World
    let faults: DiscoveryFaults

    func run(_ found: @Sendable ([TargetGroup]) -> Void) async {
        var client: PageClient?
        var known: [TargetGroup]?
        repeat {
            do throws(ScrapeFailure) {
                // A file that cannot be read now may be there the next time.
                let current: PageClient
                if let client { current = client } else { current = try makeClient() }
                client = current
                let groups = try await look(current)
                if Task.isCancelled { break }
                faults.note(configuration.url, nil)
                if groups != known {
                    known = groups
                    found(groups)
                }
            } catch {
                if Task.isCancelled { break }
                faults.note(configuration.url, Self.text(error))
            }
        } while (try? await world.clock.sleep(for: configuration.interval)) != nil
        await client?.close()
    }

    // MARK: - Private

    /// Without advice about the keys of targets.
    private static func text(_ failure: ScrapeFailure) -> String {
        switch failure {
        case .refused(let status): "the answer is HTTP status \(status); correct url and credentials, or look into the log of who gave it"
        case .timedOut(let timeout): "no complete answer within \(timeout.prometheusText)"
        case .pageTooLarge(let limit): "the answer is longer than \(ByteCountText.text(limit))"
        case .unreachable, .unpackable, .unknownCompression, .unknownFormat, .malformedPage, .malformedSeries, .tooManySamples,
            .tooManyLabels, .labelNameTooLong, .labelValueTooLong, .tooManyTargets, .notStored:
            failure.description
        }
    }

    private func makeClient() throws(ScrapeFailure) -> PageClient {
        try PageClient(
            configuration.access, host: TargetHost.name(of: configuration.url), bodyLimit: Self.bodyLimit, idle: configuration.interval)
    }

    private func look(_ client: PageClient) async throws(ScrapeFailure) -> [TargetGroup] {
        let headers = [
            ("Accept", "application/json"), ("Accept-Encoding", "gzip"),
            ("X-Prometheus-Refresh-Interval-Seconds", "\(configuration.interval.seconds)"),
        ]
        let answer = await withTaskGroup { [world, configuration] group in
            group.addTask { () -> Result<PageClient.Page, ScrapeFailure> in
                do throws(ScrapeFailure) {
                    return .success(try await client.page(client.request(configuration.url, headers: headers)))
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                try? await world.clock.sleep(for: Self.timeout)
                return .failure(.timedOut(after: Self.timeout))
            }
            let first = await group.next() ?? .failure(.timedOut(after: Self.timeout))
            group.cancelAll()
            return first
        }
        let page = try answer.get()
        // JSON is YAML.
        let text = String(decoding: page.content.readableBytesView, as: UTF8.self)
        guard page.contentType.lowercased().hasPrefix("application/json"),
            let node = try? ConfigurationFile.parse(text, file: configuration.url), let groups = TargetGroup.list(node)
        else {
            throw .unreachable(reason: "a JSON list of objects with targets and labels was expected, as application/json")
        }
        return groups.map { group in
            var group = group
            group.labels["__meta_url"] = configuration.url
            return group
        }
    }
}

/// The host in an address.
enum TargetHost {
    /// Without port and brackets: `::1` of `http://[::1]:9100/metrics`.
    static func name(of url: String) -> String {
        guard let start = url.range(of: "://")?.upperBound else { return url }
        let authority = url[start...].prefix { $0 != "/" && $0 != "?" }
        if authority.hasPrefix("[") { return String(authority.dropFirst().prefix { $0 != "]" }) }
        return String(authority.prefix { $0 != ":" })
    }
}
