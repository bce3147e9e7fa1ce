/// A kind of thing that an agent tells the server beside samples. A new kind is a new type, and a taker of it in the server.
public protocol Reportable: Codable, Sendable {
    /// What the kind is called on the wire: lowercase letters and dashes, `journey`.
    static var reportType: String { get }
    /// Rises when what a line says changes its meaning; a new name in its content does not. Default: 1.
    static var reportVersion: Int { get }
}

extension Reportable {
    public static var reportVersion: Int { 1 }
}

/// One line of what is reported, as JSON: `{"type": "journey", "content": {…}}`. Source: docs/formats/reports.md.
public struct ReportLine<Content: Reportable>: Codable, Sendable {
    public let type: String
    /// `nil` for 1.
    public let version: Int?
    public let content: Content

    public init(_ content: Content) {
        self.type = Content.reportType
        self.version = Content.reportVersion == 1 ? nil : Content.reportVersion
        self.content = content
    }
}

/// The type of a line whose content nobody has looked at yet.
public struct ReportHeading: Decodable, Hashable, Sendable {
    public let type: String
    /// `nil` for 1.
    public let version: Int?
}

/// Takes reports on their way to whoever wants to know.
public protocol Reporting: Sendable {
    /// Returns once the report is safe, or lost, which is counted and logged there: nobody waits for the receiver.
    func report(_ content: some Reportable) async
    /// Returns once the report is safe, or lost, as above; false when it can be neither now, so that whoever has room for it keeps it and
    /// comes again. That is not counted.
    func hasKept(_ content: some Reportable) async -> Bool
}
