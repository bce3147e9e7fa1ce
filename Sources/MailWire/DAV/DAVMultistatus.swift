/// What a WebDAV server says about several resources at once. Source: RFC 4918, section 13; sync-token: RFC 6578, section 6.4.
public struct DAVMultistatus: Hashable, Sendable {
    /// What is said about one resource.
    public struct Response: Hashable, Sendable {
        /// As the server wrote it: an address, or a path.
        public let href: String
        /// The status of the resource itself, such as 404 for one that was removed; `nil` when its properties have theirs.
        public let status: Int?
        /// Properties that were found (status 200).
        public let properties: [XMLElement]

        public init(href: String, status: Int? = nil, properties: [XMLElement] = []) {
            self.href = href
            self.status = status
            self.properties = properties
        }

        public func property(_ name: XMLElement.Name) -> XMLElement? { properties.first { $0.name == name } }
    }

    public let responses: [Response]
    public let syncToken: String?

    /// Reads the body of an answer with status 207. Throws `malformed` and the faults of XML.
    public init(parsing bytes: [UInt8]) throws(WireFault) {
        let root = try XMLElement(parsing: bytes)
        guard root.name == .dav("multistatus") else {
            throw .malformed(expected: "DAV:multistatus", found: WireText.excerpt("\(root.name.namespace)\(root.name.local)".utf8))
        }
        syncToken = root.first(.dav("sync-token"))?.trimmedText
        responses = root.all(.dav("response")).compactMap { response in
            guard let href = response.first(.dav("href"))?.trimmedText else { return nil }
            let found = response.all(.dav("propstat")).filter { Self.status(of: $0) == 200 }
            return Response(
                href: href, status: Self.status(of: response), properties: found.flatMap { $0.first(.dav("prop"))?.children ?? [] })
        }
    }

    // MARK: - Private

    /// `HTTP/1.1 200 OK`.
    private static func status(of element: XMLElement) -> Int? {
        guard let line = element.first(.dav("status"))?.trimmedText else { return nil }
        let words = WireText.parts(line, at: " ")
        return words.count >= 2 ? Int(words[1]) : nil
    }
}

extension XMLElement.Name {
    /// Source: RFC 4918, section 14.
    public static func dav(_ local: String) -> XMLElement.Name { XMLElement.Name("DAV:", local) }
    /// Source: RFC 4791.
    public static func calDAV(_ local: String) -> XMLElement.Name { XMLElement.Name("urn:ietf:params:xml:ns:caldav", local) }
    /// Source: RFC 6352.
    public static func cardDAV(_ local: String) -> XMLElement.Name { XMLElement.Name("urn:ietf:params:xml:ns:carddav", local) }
}
