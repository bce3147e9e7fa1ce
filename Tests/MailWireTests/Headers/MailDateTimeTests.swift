import MailWire
import Testing

@Suite struct MailDateTimeTests {
    @Test(
        "Dates are read as headers and mailboxes write them",
        arguments: [
            ("Thu, 1 Jan 1970 00:00:00 +0000", 0), (" 29 Feb 2024 14:34:56 +0200 (CEST)", 1_709_210_096), ("Thu, 01 Jan 1970 00:00 GMT", 0),
            ("17-Jul-1996 02:44:25 -0700", 837_596_665), (" 1-Jan-2026 00:00:00 +0000", 1_767_225_600),
            ("29-Feb-2024 12:34:56 +0530", 1_709_190_296), ("1 Jan 1970 00:00:09 +-100", 9),
            ("31-Dec-9999 23:59:60 +0000", 253_402_300_800),
        ] as [(String, Int64)])
    func dates(text: String, seconds: Int64) {
        #expect(MailDateTime.seconds(text) == seconds)
    }

    @Test(
        "Anything else is none",
        arguments: [
            "", "yesterday", "17-Jul-1996", "17-Foo-1996 02:44:25 -0700", "99-Jul-1996 02:44:25 -0700", "17-Jul-1996 99:44:25 -0700",
            "---- 02:44:25 -0700", "-1-Jul-1996 02:44:25 -0700", "-1 Jan 2026 00:00:00 +0000", "+1 Jan 2026 00:00:00 +0000",
            "1 Jan 1970 24:00:00 +0000", "1 Jan 2026 00:00:0\u{301}0", "1\u{301} Jan 2026 00:00:00",
            "31-Dec-1969 23:59:59 +0000",
        ])
    func others(text: String) {
        #expect(MailDateTime.seconds(text) == nil)
    }
}
