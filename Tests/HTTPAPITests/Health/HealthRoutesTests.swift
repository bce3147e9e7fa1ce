import Hummingbird
import Testing

@testable import HTTPAPI

@Suite("Health and lifecycle")
struct HealthRoutesTests {
    private struct Refusal: Error, CustomStringConvertible {
        let description = "line 3: no"
    }

    @Test("health is told to GET, and to HEAD without a body", arguments: [HTTPRequest.Method.get, .head])
    func health(method: HTTPRequest.Method) async throws {
        for isReady in [true, false] {
            let router = Router()
            HealthRoutes(readiness: { Readiness(isReady: isReady, remarks: ["so so"]) }, metrics: { "m 1\n" }).add(to: router)
            let healthy = try await ask("/-/healthy", method, of: router)
            #expect(healthy.status == .ok)
            #expect(healthy.body == (method == .head ? "" : "Postwatch is healthy.\n"))
            let ready = try await ask("/-/ready", method, of: router)
            #expect(ready.status == (isReady ? .ok : .serviceUnavailable))
            #expect(ready.body.isEmpty == (method == .head))
            if method == .get { #expect(ready.body.hasSuffix("so so\n")) }
        }
    }

    @Test("the configuration is read anew by POST and PUT", arguments: [HTTPRequest.Method.post, .put])
    func reload(method: HTTPRequest.Method) async throws {
        let router = Router()
        LifecycleRoutes(isEnabled: true, reload: {}).add(to: router)
        let answer = try await ask("/-/reload", method, of: router)
        #expect(answer.status == .ok)
        #expect(answer.body.isEmpty)
    }

    @Test("a configuration that is wrong is told as such")
    func badReload() async throws {
        let router = Router()
        LifecycleRoutes(isEnabled: true, reload: { throw Refusal() }).add(to: router)
        let answer = try await ask("/-/reload", .post, of: router)
        #expect(answer.status == .internalServerError)
        #expect(answer.body == "failed to reload config: line 3: no\n")
        #expect(try await ask("/-/reload", of: router).status == .methodNotAllowed)
    }

    @Test("nothing is read anew unless that is enabled", arguments: [HTTPRequest.Method.get, .post, .put])
    func disabled(method: HTTPRequest.Method) async throws {
        let router = Router()
        LifecycleRoutes(isEnabled: false, reload: { Issue.record("it was read anew") }).add(to: router)
        let answer = try await ask("/-/reload", method, of: router)
        #expect(answer.status == .forbidden)
        #expect(answer.body == "Lifecycle API is not enabled.")
    }
}
