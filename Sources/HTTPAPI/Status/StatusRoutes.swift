import Hummingbird
import PostwatchModel
import PostwatchRuntime

/// `GET /api/v1/status/…` besides `tsdb`, `/api/v1/notifications` and `/api/v1/features`.
/// Source: Prometheus documentation, "HTTP API", "Status".
public struct StatusRoutes: Sendable {
    /// The release of Prometheus whose API this is. Grafana and others choose what they ask for by this number, and by no other sign.
    static let prometheusVersion = "3.5.0"

    private let status: any StatusReporting
    private let version: String
    private let allowsExperimental: Bool
    private let world: World

    /// - Parameter version: Postwatch's own.
    public init(status: any StatusReporting, version: String, allowsExperimental: Bool = false, world: World) {
        self.status = status
        self.version = version
        self.allowsExperimental = allowsExperimental
        self.world = world
    }

    public func add(to router: some RouterMethods<some RequestContext>) {
        router.answer("/api/v1/status/buildinfo", [.get]) { _, _ in
            .prometheus { json in
                // A member "features" would make Grafana take this for Mimir.
                json.object { json in
                    json.member("version", Self.prometheusVersion)
                    json.member("revision", "postwatch-\(version)")
                    for name: StaticString in ["branch", "buildUser", "buildDate", "goVersion"] { json.member(name, "") }
                }
            }
        }
        router.answer("/api/v1/status/config", [.get]) { _, _ in
            let text = await status.configuration()
            return .prometheus { $0.object { $0.member("yaml", text) } }
        }
        router.answer("/api/v1/status/flags", [.get]) { _, _ in
            let options = await status.options()
            return .prometheus { $0.texts(options) }
        }
        router.answer("/api/v1/status/runtimeinfo", [.get]) { _, _ in
            let runtime = await status.runtime()
            return .prometheus { $0.runtime(runtime, at: world.now()) }
        }
        router.answer("/api/v1/status/walreplay", [.get]) { _, _ in
            // Whoever can ask comes after the replay.
            .prometheus { json in
                json.object { json in
                    for name: StaticString in ["min", "max", "current"] { json.member(name, 0) }
                    json.member("state", "done")
                }
            }
        }
        router.answer("/api/v1/notifications", [.get]) { _, _ in .prometheus { $0.list([String]()) { $0.string($1) } } }
        router.answer("/api/v1/features", [.get]) { _, _ in
            .prometheus { $0.features(allowsExperimental: allowsExperimental) }
        }
    }
}

extension PrometheusJSON {
    fileprivate mutating func runtime(_ runtime: RuntimeReport, at now: Timestamp) {
        object { json in
            json.member("startTime", runtime.startedAt.rfc3339)
            json.member("CWD", runtime.workingDirectory)
            json.member("hostname", runtime.hostname)
            json.member("serverTime", now.rfc3339)
            json.member("reloadConfigSuccess", runtime.isConfigurationGood)
            json.member("lastConfigTime", runtime.configuredAt.rfc3339)
            json.member("corruptionCount", runtime.corruptions)
            // Go's, which there is no counterpart to; clients expect the members.
            json.member("goroutineCount", 0)
            json.member("GOMAXPROCS", runtime.processors)
            json.member("GOMEMLIMIT", 0)
            json.member("GOGC", "")
            json.member("GODEBUG", "")
            json.member("storageRetention", runtime.retention)
        }
    }

    fileprivate mutating func features(allowsExperimental: Bool) {
        object { json in
            json.member("api") { json in
                json.object { json in
                    json.member("exclude_alerts", true)
                    json.member("label_values_match", true)
                    json.member("query_stats", true)
                    json.member("remote_write_receiver", true)
                    json.member("rules_pagination", true)
                }
            }
            json.member("promql") { $0.object { $0.member("experimental_functions", allowsExperimental) } }
        }
    }
}
