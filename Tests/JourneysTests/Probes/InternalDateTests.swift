import PostwatchModel
import Testing

@testable import Journeys

@Suite struct InternalDateTests {
    @Test(
        "A mailbox's date is read with its zone",
        arguments: [
            ("17-Jul-1996 02:44:25 -0700", "1996-07-17T09:44:25Z"), (" 1-Jan-2026 00:00:00 +0000", "2026-01-01T00:00:00Z"),
            ("29-Feb-2024 12:34:56 +0530", "2024-02-29T07:04:56Z"),
        ])
    func dates(text: String, moment: String) throws {
        let expected = try #require(Timestamp(rfc3339: moment))
        #expect(Timestamp(internalDate: text) == expected)
    }

    @Test(
        "Anything else is none",
        arguments: [
            "", "17-Jul-1996", "17-Jul-1996 02:44:25", "17-Foo-1996 02:44:25 -0700", "99-Jul-1996 02:44:25 -0700",
            "17-Jul-96 02:44:25 -0700",
            "17-Jul-1996 02:44:25 GMT", "17-Jul-1996 99:44:25 -0700", "---- 02:44:25 -0700", "-1-Jul-1996 02:44:25 -0700",
        ])
    func others(text: String) {
        #expect(Timestamp(internalDate: text) == nil)
    }
}
