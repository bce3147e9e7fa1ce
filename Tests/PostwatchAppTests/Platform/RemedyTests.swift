import Catalogue
import Collectors
import Foundation
import PostwatchModel
import TestSupport
import Testing

@testable import PostwatchApp

@Suite("What coverage says would add a measurement")
struct RemedyTests {
    @Test("is a configuration that an agent takes", arguments: Role.allCases)
    func remedies(role: Role) throws {
        for item in Catalogue.items(of: role) {
            for remedy in item.remedies {
                let directory = TestDirectory()
                let text = "remote_write: [{url: \"http://127.0.0.1:9460/api/v1/write\"}]\n\(remedy.configuration)\n"
                try directory.write(Array(text.utf8), to: "agent.yml")
                #expect(throws: Never.self, "\(item.name): \(remedy.configuration)") {
                    try AgentConfiguration.load(directory.path + "/agent.yml", dataDirectory: directory.path)
                }
            }
        }
    }
}
