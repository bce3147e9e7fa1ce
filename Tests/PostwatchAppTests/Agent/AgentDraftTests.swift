import Collectors
import Foundation
import PostwatchModel
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

    @Test("measures every kind of service that it recognises, where that listens as usual")
    func everyKind() throws {
        var survey = HostSurvey()
        let found: [(command: String, port: Int, socket: String)] = [
            ("rspamd", 11334, ""), ("redis-server", 6379, ""), ("memcached", 11211, ""), ("postgres", 5432, ""), ("mariadbd", 3306, ""),
            ("unbound", 53, "/run/unbound.ctl"), ("named", 8053, ""), ("knotd", 53, "/run/knot/knot.sock"),
            ("clamd", 0, "/run/clamav/clamd.ctl"), ("haproxy", 80, "/run/haproxy/admin.sock"), ("dovecot", 9900, "/run/dovecot/master"),
        ]
        survey.processes = found.enumerated().map { index, service in
            var process = HostSurvey.Process(number: Int32(index) + 2, parent: 1, command: service.command)
            if service.port > 0 { process.listeners = [.init(host: "127.0.0.1", port: service.port)] }
            if !service.socket.isEmpty { process.sockets = [service.socket] }
            return process
        }
        let configuration = try Self.load(AgentDraft(survey, server: AgentDraft.usualServer, component: nil))
        let kinds = Set(configuration.collectors.services.map { type(of: $0).kind })
        #expect(
            kinds.isSuperset(of: [
                "rspamd", "redis", "memcached", "postgresql", "mysql", "unbound", "bind", "knot", "clamav", "haproxy", "dovecot",
            ]), "\(kinds.sorted())")
    }

    @Test("is refused without a name for the node", arguments: ["node: ''", "component: \"\""])
    func withoutName(line: String) throws {
        let directory = TestDirectory()
        try directory.write(Array("\(line)\nremote_write: [{url: 'http://127.0.0.1:9460/api/v1/write'}]\n".utf8), to: "agent.yml")
        let faults = #expect(throws: ConfigurationFaults.self) {
            try AgentConfiguration.load(directory.path + "/agent.yml", dataDirectory: directory.path)
        }
        #expect(faults?.faults.map(\.found) == ["an empty text"])
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
