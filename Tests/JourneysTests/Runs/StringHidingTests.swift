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

    @Test(
        "What a secret has in common with the names of servers and accounts, or with our words, stays readable; the whole secret does not",
        arguments: [
            (
                "Examples1", "imap.example.test:993: login refused for the account probe-1@example.test: NO Examples1",
                "imap.example.test:993: login refused for the account probe-1@example.test: NO ••••"
            ),
            ("Examples1", "the address of imap.example.test: examples.test", "the address of imap.example.test: ••••.test"),
            ("example.test1", "imap.example.test:993: NO example.test1", "imap.example.test:993: NO ••••"),
            ("password99", "wrong password: password99, passw", "wrong password: ••••, ••••"),
            ("server refused", "server refused: the server was refused", "••••: the server was refused"),
            (
                "probe-1", "the account probe-1@example.test: NO probe-1, xprobe-1@example.test",
                "the account probe-1@example.test: NO ••••, x••••@example.test"
            ),
            ("example", "imap.example.test:993: NO [example.org]", "imap.example.test:993: NO [••••.org]"),
        ])
    func names(secret: String, text: String, expected: String) {
        var plain = PlainWords()
        plain.add("imap.example.test:993 [192.0.2.1]")
        plain.add("probe-1@example.test")
        #expect(text.hiding([secret], sparing: plain) == expected)
    }
}
