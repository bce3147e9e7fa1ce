import MailWire
import PostwatchModel

/// What calendars and contacts differ in.
struct DAVService: Sendable {
    /// The journey's kind and the protocol of its phases: `caldav`.
    let kind: String
    /// Where discovery begins. Source: RFC 6764, section 5.
    let wellKnown: String
    /// The property of a principal that names where its collections are.
    let homeSet: XMLElement.Name
    /// What a collection must be.
    let collectionType: XMLElement.Name
    /// `calendar`: what an operator calls a collection.
    let collectionName: String
    let contentType: String
    let fileExtension: String
    /// The property in which a server gives the content of an item.
    let content: XMLElement.Name
    /// An item of ours.
    let item: @Sendable (DAVItem) -> String
    /// The body of the REPORT that finds items of ours.
    let query: String

    /// Source: RFC 4791. The event lies in a past that nobody looks at, takes no time and rings no bell.
    static let calendar = DAVService(
        kind: "caldav", wellKnown: "/.well-known/caldav", homeSet: .calDAV("calendar-home-set"), collectionType: .calDAV("calendar"),
        collectionName: "calendar", contentType: "text/calendar; charset=utf-8", fileExtension: "ics", content: .calDAV("calendar-data"),
        item: { item in
            [
                "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Postwatch//Probe//EN", "BEGIN:VEVENT", "UID:\(item.uid)",
                "DTSTAMP:\(item.stamp)", "DTSTART:20010101T000000Z", "DTEND:20010101T001500Z", "SUMMARY:\(item.title)",
                "TRANSP:TRANSPARENT", "CLASS:PRIVATE", "DESCRIPTION:\(item.signature)", "END:VEVENT", "END:VCALENDAR", "",
            ].map(DAVItem.folded).joined(separator: "\r\n")
        },
        query: """
            <?xml version="1.0" encoding="utf-8"?>
            <C:calendar-query xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><prop><getetag/><C:calendar-data/></prop>\
            <C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">\
            <C:time-range start="20010101T000000Z" end="20010101T001500Z"/>\
            </C:comp-filter></C:comp-filter></C:filter></C:calendar-query>
            """)

    /// Source: RFC 6352; vCard 3.0: RFC 2426.
    static let contacts = DAVService(
        kind: "carddav", wellKnown: "/.well-known/carddav", homeSet: .cardDAV("addressbook-home-set"),
        collectionType: .cardDAV("addressbook"), collectionName: "address book", contentType: "text/vcard; charset=utf-8",
        fileExtension: "vcf", content: .cardDAV("address-data"),
        item: { item in
            [
                "BEGIN:VCARD", "VERSION:3.0", "PRODID:-//Postwatch//Probe//EN", "UID:\(item.uid)", "FN:\(item.title)",
                "N:Probe;Postwatch;;;",
                "REV:\(item.stamp)", "NOTE:\(item.signature)", "END:VCARD", "",
            ].map(DAVItem.folded).joined(separator: "\r\n")
        },
        query: """
            <?xml version="1.0" encoding="utf-8"?>
            <C:addressbook-query xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><prop><getetag/><C:address-data/></prop>\
            <C:filter><C:prop-filter name="FN"><C:text-match collation="i;unicode-casemap" match-type="starts-with">\(DAVItem.titleStart)\
            </C:text-match></C:prop-filter></C:filter></C:addressbook-query>
            """)
}
