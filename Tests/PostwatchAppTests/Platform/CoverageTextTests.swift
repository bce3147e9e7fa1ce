import Foundation
import Testing

@testable import PostwatchApp

@Suite("Coverage in words")
struct CoverageTextTests {
    @Test("says once what the same lines would add")
    func missing() throws {
        let json = """
            [{"component": "mx", "role": "mx", "wantedJourneys": ["inbound"], "nodes": [{"name": "mx-1",
            "journeys": [], "items": [
            {"name": "CPU", "level": "basics", "measured": false, "rules": [], "metrics": [], "remedies": [{"software": "", "configuration": "collectors:\\n  host: {}"}]},
            {"name": "queue depth", "level": "basics", "measured": true, "rules": ["Q"], "metrics": [], "remedies": []},
            {"name": "inodes", "level": "next", "measured": false, "rules": [], "metrics": [], "remedies": [{"software": "", "configuration": "collectors:\\n  host: {}"}]}
            ]}]}]
            """
        let coverage = try JSONDecoder().decode([ServerClient.Coverage].self, from: Data(json.utf8))
        #expect(
            CoverageText.text(of: coverage, missingOnly: true) == """
                mx (mx)
                  mx-1: 1 of 2 basics measured
                    missing   CPU, inodes (next level)
                      add to the agent:
                        collectors:
                          host: {}
                    missing   a journey through it (inbound)
                """)
    }
}
