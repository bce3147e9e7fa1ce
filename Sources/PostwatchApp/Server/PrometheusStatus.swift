import Foundation
import HTTPAPI
import PostwatchModel
import PostwatchRuntime
import SeriesStore

/// How the server was started and configured, in the terms of Prometheus.
struct PrometheusStatus: StatusReporting {
    private let configurationText: String
    private let flags: [String: String]
    private let retention: Duration
    private let series: SeriesStore
    private let startedAt: Timestamp
    private let configuredAt: Timestamp
    private let desk: ReloadDesk

    init(
        _ configuration: ServerConfiguration, listen: ListenAddress, dataDirectory: String, series: SeriesStore, startedAt: Timestamp,
        desk: ReloadDesk, world: World
    ) {
        configurationText = Self.withoutSecrets(configuration.text)
        retention = configuration.storage.retention
        self.series = series
        self.startedAt = startedAt
        self.desk = desk
        configuredAt = world.now()
        let query = configuration.promql
        flags = [
            "web.listen-address": "\(listen)",
            "web.external-url": configuration.externalURL ?? "",
            "web.enable-admin-api": "\(configuration.web.isAdministrationEnabled)",
            "web.enable-lifecycle": "\(configuration.web.isLifecycleEnabled)",
            "web.enable-remote-write-receiver": "true",
            "web.cors.origin": configuration.web.origins?.source ?? "",
            "storage.tsdb.path": dataDirectory,
            "storage.tsdb.retention.time": retention.prometheusText,
            "query.lookback-delta": query.limits.lookback.prometheusText,
            "query.max-samples": "\(query.limits.maximumSamples)",
            "query.timeout": query.timeout.prometheusText,
            "enable-feature": query.allowsExperimental ? "promql-experimental-functions" : "",
        ]
    }

    func configuration() async -> String { configurationText }
    func options() async -> [String: String] { flags }

    func runtime() async -> RuntimeReport {
        let status = series.status()
        return RuntimeReport(
            startedAt: startedAt, workingDirectory: FileManager.default.currentDirectoryPath, hostname: Self.hostname,
            isConfigurationGood: desk.isConfigurationGood, configuredAt: configuredAt,
            corruptions: status.damagedFiles.count + status.damagedBlocks,
            processors: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))), retention: retention.prometheusText)
    }

    // MARK: - Private

    /// Addresses of webhooks let in whoever knows them: only their hosts are told.
    private static func withoutSecrets(_ text: String) -> String {
        text.replacing(/(https?:\/\/)(?:[^\/\s@"']*@)?([^\/\s"',}\]]+)(\/[^\s"',}\]]+)?/) { match in
            "\(match.1)\(match.2)\(match.3 == nil ? "" : "/<secret>")"
        }
    }

    private static var hostname: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "" }
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
