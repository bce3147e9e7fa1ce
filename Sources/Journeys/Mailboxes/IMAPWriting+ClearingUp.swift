import MailClient
import MailWire
import NIOCore
import PostwatchModel

extension IMAPWriting {
    /// Removes what this run has filed, and now and then what earlier runs left. Only what bears our signature goes. Returns when the last
    /// answer came; throws when a message of this run is not found again.
    func clearUp() async throws -> NIODeadline {
        let now = setting.world.now()
        let isTidying = orphans.isDue(at: now)
        try await visit.endIdle()
        var end = NIODeadline.now()
        for folder in folders where isTidying || filed.contains(where: { $0.folder == folder }) {
            let uidValidity = try await open(folder)
            let own = filed.filter { $0.folder == folder }
            let uids = try await candidates(in: folder, own, uidValidity, isTidying: isTidying)
            end = try await remove(uids, own, at: now)
            filed.removeAll { $0.folder == folder }
        }
        if isTidying { orphans.looked(at: now) }
        return end
    }

    // MARK: - Private

    private func open(_ folder: String) async throws -> UInt32? {
        let opened = try await visit.answer(to: .select(mailbox: folder), in: "delete", folder: folder)
        return opened.value.uidValidity
    }

    /// Messages that may be ours.
    private func candidates(in folder: String, _ own: [FiledProbe], _ uidValidity: UInt32?, isTidying: Bool) async throws -> [UID] {
        let known = own.compactMap { $0.uidValidity == uidValidity ? $0.uid : nil }
        guard isTidying || known.count < own.count else { return known }
        let journey = setting.configuration.name
        let found = try await visit.answer(
            to: .uidSearch([.undeleted, .header(ProbeMark.headerName, "\(journey);")]), in: "delete", folder: folder)
        return known + found.value.found.filter { !known.contains($0) }.prefix(Self.collectionLimit)
            + found.value.found.dropFirst(Self.collectionLimit).suffix(own.count - known.count)
    }

    private func remove(_ uids: [UID], _ own: [FiledProbe], at now: Timestamp) async throws -> NIODeadline {
        var ids = Set(own.map(\.mark.id))
        guard !uids.isEmpty else {
            if ids.isEmpty { return .now() }
            throw notFound(own[0])
        }
        let headers = try await visit.answer(to: .uidFetch(uids, [.uid, .headerFields([ProbeMark.headerName])]), in: "delete")
        var removable: [UID] = []
        for fetch in headers.value.fetched {
            guard let uid = fetch.uid, uids.contains(uid), let header = fetch.sections.values.first,
                let mark = ProbeMark(header: MessageHeader(header), verifiedWith: setting.signingKey),
                mark.journey == setting.configuration.name
            else { continue }
            if ids.remove(mark.id) != nil || mark.isLeftOver(at: now, timeout: setting.configuration.timeout) { removable.append(uid) }
        }
        let end = removable.isEmpty ? headers.at : try await visit.delete(removable)
        if let missing = own.first(where: { ids.contains($0.mark.id) }) { throw notFound(missing) }
        return end
    }

    private func notFound(_ probe: FiledProbe) -> StepFailure {
        StepFailure(
            "\(visit.place): the message that APPEND put into \(probe.folder) is not found there again during delete; it may have been moved"
        )
    }
}
