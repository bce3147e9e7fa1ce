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
    let failed: @Sendable (_ place: String, _ reason: String) -> Void

    func run(_ found: @Sendable ([TargetGroup]) -> Void) async {
        let client: PageClient
        do throws(ScrapeFailure) {
            client = try PageClient(
                configuration.access, host: TargetHost.name(of: configuration.url), bodyLimit: Self.bodyLimit, idle: configuration.interval)
        } catch {
            return failed(configuration.url, error.description)
        }
        var known: [TargetGroup]?
        repeat {
            if let groups = await look(client), groups != known {
                known = groups
                found(groups)
            }
        } while (try? await world.clock.sleep(for: configuration.interval)) != nil
        await client.close()
    }

    // MARK: - Private

    private func look(_ client: PageClient) async -> [TargetGroup]? {
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
        if Task.isCancelled { return nil }
        switch answer {
        case .failure(let failure):
            failed(configuration.url, failure.description)
            return nil
        case .success(let page):
            // JSON is YAML.
            let text = String(decoding: page.content.readableBytesView, as: UTF8.self)
            guard page.contentType.lowercased().hasPrefix("application/json"),
                let node = try? ConfigurationFile.parse(text, file: configuration.url), let groups = TargetGroup.list(node)
            else {
                failed(configuration.url, "a JSON list of objects with targets and labels was expected, as application/json")
                return nil
            }
            return groups.map { group in
                var group = group
                group.labels["__meta_url"] = configuration.url
                return group
            }
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
