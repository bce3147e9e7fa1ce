import MailWire
import Testing

@Suite struct DAVMultistatusTests {
    @Test("Resources, their properties and the token are read, whatever the prefixes")
    func reading() throws {
        let text = """
            <?xml version="1.0" encoding="utf-8"?>
            <multistatus xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
              <response><href>/ann/</href>
                <propstat><prop><resourcetype><collection/><C:calendar/></resourcetype><displayname><![CDATA[a & b]]></displayname></prop>
                  <status>HTTP/1.1 200 OK</status></propstat>
                <propstat><prop><getetag/></prop><status>HTTP/1.1 404 Not Found</status></propstat>
              </response>
              <response><href>/ann/gone.ics</href><status>HTTP/1.1 404 Not Found</status></response>
              <sync-token> http://example.test/sync/3 </sync-token>
            </multistatus>
            """
        let multistatus = try DAVMultistatus(parsing: Array(text.utf8))
        #expect(multistatus.syncToken == "http://example.test/sync/3")
        #expect(multistatus.responses.map(\.href) == ["/ann/", "/ann/gone.ics"])
        #expect(multistatus.responses.map(\.status) == [nil, 404])
        #expect(multistatus.responses[0].property(.dav("resourcetype"))?.first(.calDAV("calendar")) != nil)
        #expect(multistatus.responses[0].property(.dav("displayname"))?.text == "a & b")
        #expect(multistatus.responses[0].property(.dav("getetag")) == nil)
    }

    private static let deep = String(repeating: "<a>", count: 70) + String(repeating: "</a>", count: 70)
    private static let many = "<a>\(String(repeating: "<b/>", count: 100_001))</a>"
    private static let long = "<a>\(String(repeating: " ", count: 4_194_304))</a>"
    private static let entity = "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>"
    private static let strange: [(String, WireFault)] = [
        ("", .malformed(expected: "XML", found: "nothing")),
        ("<html><body>", .malformed(expected: "XML", found: "\"<html><body>\"")),
        ("<a/>", .malformed(expected: "DAV:multistatus", found: "\"a\"")),
        (entity, .malformed(expected: "XML without a document type of its own", found: "\"\(entity)\"")),
        (deep, .nestedTooDeeply(limit: 64)),
        (many, .replyTooLarge(limit: 100_000)),
        (long, .replyTooLarge(limit: 4_194_304)),
    ]

    @Test("What is no multistatus is a typed fault", arguments: strange)
    func faults(text: String, fault: WireFault) {
        #expect(throws: fault) { try DAVMultistatus(parsing: Array(text.utf8)) }
    }
}
