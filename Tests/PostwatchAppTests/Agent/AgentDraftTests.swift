import Collectors
import Foundation
import TestSupport
import Testing

@testable import PostwatchApp

@Suite("A draft of an agent's configuration")
struct AgentDraftTests {
    @Test("is good, and says what was found")
    func good() throws {
        var survey = HostSurvey()
        survey.hostName = "mx-1: \"a\"\nb"
        var redis = HostSurvey.Process(number: 3, parent: 1, command: "redis-server")
        redis.listeners = [.init(host: "0.0.0.0", port: 6379)]
        survey.processes = [redis]
        let configuration = try Self.load(AgentDraft(survey, server: "http://mon.example:9460", component: nil))
        #expect(configuration.node == survey.hostName)
        #expect(configuration.component == "cache")
        #expect(configuration.collectors.services.map(\.place) == ["127.0.0.1:6379"])
        #expect(configuration.remoteWrite.map(\.url) == ["http://mon.example:9460/api/v1/write"])
        #expect(try Self.load(AgentDraft(survey, server: AgentDraft.usualServer, component: "sessions")).component == "sessions")
        #expect(try Self.load(AgentDraft(HostSurvey(), server: AgentDraft.usualServer, component: nil)).component == nil)
    }

    @Test("of this very machine is good")
    func here() throws {
        #expect(try Self.load(AgentDraft()).remoteWrite.map(\.url) == [AgentDraft.usualServer])
    }

    @Test("needs a server that can be one", arguments: ["", "mon.example:9460", "ftp://mon.example", "http://"])
    func servers(text: String) {
        #expect(throws: AgentDraft.UnusableServer.self) { try AgentDraft(HostSurvey(), server: text, component: nil) }
    }

    private static func load(_ draft: AgentDraft) throws -> AgentConfiguration {
        let directory = TestDirectory()
        try directory.write(Array(draft.text.utf8), to: "agent.yml")
        return try AgentConfiguration.load(directory.path + "/agent.yml", dataDirectory: directory.path)
    }
}
