import Testing

@testable import Journeys

@Suite struct StringHidingTests {
    @Test(
        "A secret is hidden wherever it stands, also where a quotation was cut inside it",
        arguments: [
            ("wrong: hunter2hunter2.", "wrong: ••••."),
            ("hunter2hunter2hunter2hunter2", "••••••••"),
            ("said hunter2hunt…", "said ••••…"),
            ("hunter2 is too short a part", "hunter2 is too short a part"),
            ("nothing", "nothing"), ("", ""),
        ])
    func hiding(text: String, expected: String) {
        #expect(text.hiding("hunter2hunter2") == expected)
    }

    @Test("A short secret is hidden when it stands there whole")
    func short() {
        #expect("abc ab abc".hiding("abc") == "•••• ab ••••")
        #expect("abc".hiding("") == "abc")
    }
}
