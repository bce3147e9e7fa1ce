import GRDB
import PostwatchModel

extension RecordStore: ProbeRecording {
    public func account(of journey: String, vantage: String) throws -> ProbeAccount {
        try probes.account(of: journey, vantage: vantage)
    }

    public func note(_ change: ProbeChange) { probes.note(change) }

    public func flush() async throws { try await probes.flush() }

    public func probes(_ ids: [String]) async throws -> [ProbeRecord] { try await probes.records(ids) }
}
