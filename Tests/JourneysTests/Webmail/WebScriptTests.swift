import PostwatchModel
import Testing

@testable import Journeys

@Suite struct WebScriptTests {
    @Test(
        "Signing in ends with the first phase that sends the password, and otherwise with the first step",
        arguments: [
            ([("login_page", ""), ("login", "{password}"), ("login", ""), ("send", ""), ("delete", "{password}")], false, 3),
            ([("list", ""), ("send", ""), ("delete", "")], true, 1), ([("list", ""), ("list", ""), ("delete", "{password}")], true, 2),
            ([("list", ""), ("list", ""), ("send", "")], false, 1), ([("login", "{password}")], false, 1), ([], false, 0), ([], true, 0),
        ])
    func endOfLogin(steps: [(phase: String, url: String)], isInHeaders: Bool, expected: Int) {
        let script = WebScript(
            headers: isInHeaders ? [.init(name: "X-Key", value: WebTemplate("{password}"))] : [],
            steps: steps.map { step in
                var read = WebStep(phase: step.phase)
                read.url = WebTemplate("{url}" + step.url)
                return read
            })
        #expect(script.endOfLogin == expected)
    }
}
