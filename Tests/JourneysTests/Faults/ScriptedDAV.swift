import TestSupport

/// Speaks as much of CalDAV and CardDAV as a journey needs, with one collection at `/dav/`.
struct ScriptedDAV: Sendable {
    private let items = Shared<[String: String]>([:])

    func answer(_ request: ScriptedWebServer.Request) -> ScriptedWebServer.Answer {
        switch request.method {
        case "PROPFIND": Self.multistatus(Self.collection)
        case "REPORT":
            Self.multistatus(
                items.value.keys.map { "<response><href>\($0)</href><status>HTTP/1.1 200 OK</status></response>" }.joined())
        case "PUT": put(request)
        case "DELETE": delete(request)
        default: get(request)
        }
    }

    // MARK: - Private

    private static let collection = """
        <response><href>/dav/</href><propstat><prop><current-user-principal><href>/dav/</href></current-user-principal>\
        <C:calendar-home-set><href>/dav/</href></C:calendar-home-set><B:addressbook-home-set><href>/dav/</href></B:addressbook-home-set>\
        <resourcetype><collection/><C:calendar/><B:addressbook/></resourcetype><sync-token>token-1</sync-token></prop>\
        <status>HTTP/1.1 200 OK</status></propstat></response>
        """

    private static func multistatus(_ inner: String) -> ScriptedWebServer.Answer {
        let names = "xmlns=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\" xmlns:B=\"urn:ietf:params:xml:ns:carddav\""
        return .page("<multistatus \(names)>\(inner)</multistatus>", status: "207 Multi-Status")
    }

    private func put(_ request: ScriptedWebServer.Request) -> ScriptedWebServer.Answer {
        items.withLock { $0[request.target] = request.body }
        return .page("", status: "201 Created", "ETag: \"1\"")
    }

    private func delete(_ request: ScriptedWebServer.Request) -> ScriptedWebServer.Answer {
        items.withLock { $0[request.target] = nil }
        return .raw("HTTP/1.1 204 No Content\r\n\r\n", hangsUp: false)
    }

    private func get(_ request: ScriptedWebServer.Request) -> ScriptedWebServer.Answer {
        guard let item = items.value[request.target] else { return .page("", status: "404 Not Found") }
        guard request.fields["if-none-match"] == nil else {
            return .raw("HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n\r\n", hangsUp: false)
        }
        return .page(item, "ETag: \"1\"")
    }
}
