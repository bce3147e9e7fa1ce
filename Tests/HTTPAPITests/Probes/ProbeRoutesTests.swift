import Hummingbird
import HummingbirdTesting
import PostwatchModel
import Testing

@testable import HTTPAPI

@Suite("The route of probe messages")
struct ProbeRoutesTests {
    private struct Custody: CustodyShowing {
        func passages(ofJourney journey: String?, limit: Int) async throws -> [ProbePassage] {
            [
                ProbePassage(
                    probe: "a-1", journey: journey ?? "any", vantage: "server", startedAt: Timestamp(milliseconds: 0), phases: [],
                    acceptedBy: "mx-1:25", reply: "250", queueID: "3F", visibleAt: Timestamp(milliseconds: 1500))
            ]
        }

        func chain(of name: String) async throws -> CustodyChain? {
            guard name == "a-1" || name == "in 1" else { return nil }
            return CustodyChain(
                probe: "a-1", journey: "in 1", vantage: "server", startedAt: Timestamp(milliseconds: 0), total: .milliseconds(1500),
                isDelivered: true, hops: [.init(node: "mx-1", queueID: "3F", isLogged: true)],
                stretches: [.init(node: "mx-1", stage: .queueManager, offset: .zero, duration: .milliseconds(1500), remark: "held")],
                clocks: [.init(node: "mx-1", seconds: 30, uncertaintySeconds: 0.4)], verdict: "1.5 s of 1.5 s")
        }
    }

    private func get(_ path: String) async throws -> TestResponse {
        let router = Router()
        ProbeRoutes(custody: Custody()).add(to: router)
        return try await Application(router: router).test(.router) { try await $0.execute(uri: path, method: .get) { $0 } }
    }

    @Test("tells where a message was, by its identifier or its journey", arguments: ["a-1", "in%201"])
    func found(_ name: String) async throws {
        let answer = try await get("/api/v1/probes/\(name)")
        #expect(answer.status == .ok)
        let body = String(buffer: answer.body)
        #expect(body.contains(#""stage":"queue_manager""#) && body.contains(#""durationSeconds":1.5"#) && body.contains(#""finding":true"#))
    }

    @Test("lists the last messages, of a journey or of all", arguments: [("", "any"), ("?journey=in%201", "in 1")])
    func list(_ query: String, _ journey: String) async throws {
        let body = String(buffer: try await get("/api/v1/probes\(query)").body)
        #expect(body.contains("\"journey\":\"\(journey)\"") && body.contains(#""id":"a-1""#) && body.contains(#""seconds":1.5"#))
    }

    @Test("says so when it knows of none")
    func unknown() async throws {
        let answer = try await get("/api/v1/probes/b-2")
        #expect(answer.status == .notFound)
        #expect(String(buffer: answer.body).contains("no message of that identifier"))
    }
}
