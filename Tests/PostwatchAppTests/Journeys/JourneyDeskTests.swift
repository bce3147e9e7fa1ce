import Foundation
import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

@testable import PostwatchApp

@Suite("JourneyDesk")
struct JourneyDeskTests {
    private let directory = TestDirectory()

    private func desk(_ journeys: String) throws -> JourneyDesk {
        try directory.write(Array("s3cret".utf8), to: "password")
        try directory.write(Array(journeys.utf8), to: "postwatch.yml")
        let world = World(clock: ContinuousClock()) { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
        return JourneyDesk(
            configuration: try ServerConfiguration.load("\(directory.path)/postwatch.yml"), dataDirectory: directory.path, world: world)
    }

    private static let matrix = """
        journeys:
          - name: read
            kind: imap
            timeout: 2s
            matrix: {families: [ipv4], servers: [{name: a, server: "127.94.9.9:1"}, {name: b, server: "127.94.9.8:1"}]}
            imap: {tls: none, username: ann, password_file: password}
          - name: again
            kind: imap
            timeout: 2s
            imap: {server: "127.94.9.9:1", tls: none, username: ann, password_file: password}
        """

    @Test("accounts of cells that name servers tell are tried too, in order, each once")
    func accounts() async throws {
        var findings: [JourneyDesk.AccountFinding] = []
        await (try desk(Self.matrix)).checkAccounts { findings.append($0) }
        #expect(findings.map(\.journey) == ["again", "read-a-ipv4", "read-b-ipv4"])
        #expect(findings.allSatisfy { $0.username == "ann" && $0.fault?.contains("connection refused") == true }, "\(findings)")
    }

    @Test("such a cell can be run by its name; another name is none")
    func run() async throws {
        let desk = try desk(Self.matrix)
        #expect(try await desk.run("read-b-ipv4").failure?.contains("127.94.9.8:1: connection refused") == true)
        let cell = await #expect(throws: JourneyDesk.UnknownJourney.self) { try await desk.run("read-c-ipv4") }
        #expect(cell?.description == "there is no journey \"read-c-ipv4\"; the configuration has again, read-a-ipv4, read-b-ipv4")
        let other = await #expect(throws: JourneyDesk.UnknownJourney.self) { try await desk.run("write") }
        #expect(other?.description == "there is no journey \"write\"; the configuration has again, read-… (the cells of a matrix)")
    }

    @Test("an account is tried once for each name server that is asked for its server")
    func resolvers() async throws {
        let journeys = ["127.94.9.7:1", "127.94.9.7:1", "127.94.9.6:1"].enumerated().map { index, resolver in
            """
              - name: read-\(index)
                kind: imap
                timeout: 2s
                resolver: "\(resolver)"
                imap: {server: "127.94.9.9:1", tls: none, username: ann, password_file: password}
            """
        }
        var findings: [JourneyDesk.AccountFinding] = []
        await (try desk("journeys:\n" + journeys.joined(separator: "\n") + "\n")).checkAccounts { findings.append($0) }
        #expect(findings.map(\.journey) == ["read-0", "read-2"])
    }
}
