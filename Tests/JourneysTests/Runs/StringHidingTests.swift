import Testing

@testable import Journeys

@Suite struct StringHidingTests {
    @Test(
        "A secret is hidden wherever it stands, also where a quotation was cut inside it",
        arguments: [
            ("wrong: hunter2hunter2.", "wrong: ••••."),
            ("hunter2hunter2hunter2hunter2", "••••"), ("HUNTER2hunter2, hunter2Hunter2", "••••, ••••"),
            ("said hunter2hunt…", "said ••••…"), ("expected \"nter2hunter2\"", "expected \"••••\""),
            ("hunter2hunter2\u{301}", "••••\u{301}"),
            ("hunter is too short a part", "hunter is too short a part"),
            ("nothing", "nothing"), ("", ""),
        ])
    func hiding(text: String, expected: String) {
        #expect(text.hiding(["hunter2hunter2"]) == expected)
    }

    @Test("A short secret is hidden when it stands there whole")
    func short() {
        #expect("said abcdefg.".hiding(["abcdef", "cdefg"]) == "said ••••.")
        #expect("abc ab abc".hiding(["abc"]) == "•••• ab ••••")
        #expect("abc".hiding([""]) == "abc")
    }
}
