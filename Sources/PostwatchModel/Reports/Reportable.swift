/// A kind of thing that an agent tells the server beside samples. A new kind is a new type, and a taker of it in the server.
public protocol Reportable: Codable, Sendable {
    /// What the kind is called on the wire: lowercase letters and dashes, `journey`.
    static var reportType: String { get }
}

/// One line of what is reported, as JSON: `{"type": "journey", "content": {…}}`. Source: docs/formats/reports.md.
public struct ReportLine<Content: Reportable>: Codable, Sendable {
    public let type: String
    public let content: Content

    public init(_ content: Content) {
        self.type = Content.reportType
        self.content = content
    }
}

/// The type of a line whose content nobody has looked at yet.
public struct ReportHeading: Decodable, Hashable, Sendable {
    public let type: String
}

/// Takes reports on their way to whoever wants to know.
public protocol Reporting: Sendable {
    /// Returns once the report is safe, or lost, which is counted and logged there: nobody waits for the receiver.
    func report(_ content: some Reportable) async
}
