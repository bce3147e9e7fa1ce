import MailClient
import NIOCore
import NIOPosix
import PostwatchModel
import PostwatchRuntime

/// Targets that name servers list.
struct TargetNames: TargetDiscovering {
    private static let patience = TimeAmount.seconds(10)

    let configuration: DiscoveryConfiguration.Names
    let resolver: NameResolver
    let world: World
    let failed: @Sendable (_ place: String, _ reason: String) -> Void

    func run(_ found: @Sendable ([TargetGroup]) -> Void) async {
        var known: [String: TargetGroup] = [:]
        var told: [TargetGroup]?
        repeat {
            for name in configuration.names {
                do throws(ResolveFailure) {
                    known[name] = try await look(name)
                } catch {
                    // A name that is gone has no targets any more; one that was not answered for may have.
                    switch error {
                    case .noSuchName, .noRecord, .takesNoMail: known[name] = nil
                    case .serverFailed, .timedOut, .unusable: break
                    }
                    if !Task.isCancelled { failed(name, error.description) }
                }
            }
            let groups = configuration.names.compactMap { known[$0] }
            if groups != told {
                told = groups
                found(groups)
            }
        } while (try? await world.clock.sleep(for: configuration.interval)) != nil
    }

    // MARK: - Private

    private func look(_ name: String) async throws(ResolveFailure) -> TargetGroup {
        var labels = ["__meta_dns_name": name]
        let deadline = NIODeadline.now() + Self.patience
        let hosts: [String]
        switch configuration.kind {
        case .a, .aaaa:
            let family: NIOBSDSocket.ProtocolFamily = configuration.kind == .a ? .inet : .inet6
            hosts = try await resolver.addresses(of: name, port: configuration.port, before: deadline).value
                .filter { $0.protocol == family }.compactMap(\.ipAddress)
        case .mx:
            hosts = try await resolver.mailExchangers(of: name, before: deadline).value.map(\.host)
            labels["__meta_dns_mx_record_target"] = hosts.count == 1 ? hosts[0] : nil
        }
        let targets = Set(hosts).sorted().map { $0.contains(":") ? "[\($0)]:\(configuration.port)" : "\($0):\(configuration.port)" }
        return TargetGroup(targets: targets, labels: labels)
    }
}
