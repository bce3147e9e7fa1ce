import MailClient
import PostwatchModel

/// Asks one name server one question.
struct DNSJourney: JourneyRunning {
    let setting: JourneySetting
    let question: DNSAccess
    /// Asks the name server in question, and no other.
    let server: NameResolver

    var name: String { setting.configuration.name }
    var interval: Duration { setting.configuration.interval }

    func run() async -> JourneyRun {
        let startedAt = setting.world.now()
        let recorder = setting.makeRecorder()
        let context = StepContext(wire: "dns", phase: "request", place: "\(question.server)", awaited: "the answer")
        do {
            _ = try await recorder.step(context) {
                do {
                    switch question.record {
                    case .address: return try await addresses(before: recorder)
                    case .mx: return try await exchangers(before: recorder)
                    }
                } catch let failure as ResolveFailure where !failure.namesServer {
                    // Another server may know better: who says so counts.
                    throw StepFailure("\(question.server): \(failure), during request")
                }
            }
        } catch {
            recorder.fail("\(error)")
        }
        return setting.run(recorder, startedAt: startedAt)
    }

    // MARK: - Private

    private func addresses(before recorder: RunRecorder) async throws -> Stamped<Bool> {
        let answer = try await server.addresses(of: question.name, port: question.server.port, before: recorder.deadline)
        return Stamped(true, at: answer.at)
    }

    private func exchangers(before recorder: RunRecorder) async throws -> Stamped<Bool> {
        let answer = try await server.mailExchangers(of: question.name, before: recorder.deadline)
        return Stamped(true, at: answer.at)
    }
}
