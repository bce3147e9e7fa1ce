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
    let faults: DiscoveryFaults

    func run(_ found: @Sendable ([TargetGroup]) -> Void) async {
        var known: [String: [TargetGroup]] = [:]
        var told: [TargetGroup]?
        repeat {
            for name in configuration.names {
                do throws(ResolveFailure) {
                    known[name] = try await look(name)
                    faults.note(name, nil)
                } catch {
                    if Task.isCancelled { return }
                    // A name that is gone has no targets any more; one that was not answered for may have.
                    switch error {
                    case .noSuchName, .noRecord, .takesNoMail: known[name] = nil
                    case .serverFailed, .timedOut, .unusable: break
                    }
                    faults.note(name, error.description)
                }
            }
            let groups = configuration.names.flatMap { known[$0] ?? [] }
            if groups != told {
                told = groups
                found(groups)
            }
        } while (try? await world.clock.sleep(for: configuration.interval)) != nil
    }

    // MARK: - Private

    /// In an order of its own: servers give theirs another turn with every answer.
    private func look(_ name: String) async throws(ResolveFailure) -> [TargetGroup] {
        let deadline = NIODeadline.now() + Self.patience
        let groups: [TargetGroup]
        switch configuration.kind {
        case .a, .aaaa:
            let family: NIOBSDSocket.ProtocolFamily = configuration.kind == .a ? .inet : .inet6
            let port = configuration.port
            let addresses = try await resolver.addresses(of: name, port: port, before: deadline).value
            groups = addresses.filter { $0.protocol == family }.compactMap(\.ipAddress).map { target($0, port, name, [:]) }
        case .srv: groups = try await resolver.records(of: name, .service, before: deadline).value.compactMap { group($0, name) }
        case .mx: groups = try await resolver.records(of: name, .mailExchanger, before: deadline).value.compactMap { group($0, name) }
        case .ns: groups = try await resolver.records(of: name, .nameServer, before: deadline).value.compactMap { group($0, name) }
        }
        return Set(groups).sorted { ($0.targets.first ?? "") < ($1.targets.first ?? "") }
    }

    /// `nil`: the record says that there is nothing, with the root as its host (RFC 2782, RFC 7505).
    private func group(_ record: NameRecord, _ name: String) -> TargetGroup? {
        let (host, port, labels): (String, Int, [String: String])
        switch record {
        case .service(let target, let number):
            (host, port) = (target, number)
            labels = ["__meta_dns_srv_record_target": Self.rooted(target), "__meta_dns_srv_record_port": "\(number)"]
        case .mailExchanger(let target):
            (host, port) = (target, configuration.port)
            labels = ["__meta_dns_mx_record_target": Self.rooted(target)]
        case .nameServer(let target):
            (host, port) = (target, configuration.port)
            labels = ["__meta_dns_ns_record_target": Self.rooted(target)]
        }
        return host.isEmpty || host == "." ? nil : target(host, port, name, labels)
    }

    private func target(_ host: String, _ port: Int, _ name: String, _ labels: [String: String]) -> TargetGroup {
        TargetGroup(
            targets: [host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"],
            labels: labels.merging(["__meta_dns_name": name]) { own, _ in own })
    }

    /// With the dot at its end, as Prometheus has it.
    private static func rooted(_ host: String) -> String {
        host.hasSuffix(".") ? host : host + "."
    }
}
