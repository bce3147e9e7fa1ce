import MailClient
import NIOCore

extension JourneyFactory {
    /// What name servers say now about the servers of a matrix. Throws what went wrong with its domain; a host that has no
    /// address is left out. Ends within a minute.
    public func names(of matrix: JourneyMatrix) async throws -> MatrixNames {
        let resolver = NameResolver(servers: matrix.resolver.map { [$0] } ?? [], threadPool: threadPool, group: group)
        let deadline = NIODeadline.now() + .seconds(60)
        var names = MatrixNames()
        if let domain = matrix.exchangersOf {
            names.exchangers = Set(try await resolver.mailExchangers(of: domain, before: deadline).value.map(\.host)).sorted()
        }
        for host in matrix.hosts + names.exchangers {
            do throws(ResolveFailure) {
                // Any port would do but none.
                let found = try await resolver.addresses(of: host, port: 25, before: deadline).value
                names.addresses[host] = Set(found.compactMap(\.ipAddress)).sorted().map { MatrixAddress($0) }
            } catch {
                switch error {
                case .noSuchName, .noRecord, .takesNoMail: break
                case .serverFailed, .timedOut, .unusable: names.failures[host] = "\(error)"
                }
            }
        }
        return names
    }
}
