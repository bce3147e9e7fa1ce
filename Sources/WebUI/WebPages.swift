import Hummingbird
import PostwatchModel
import PostwatchRuntime
import ServiceLifecycle

/// The pages that people look at: the overview and each matrix, live, one page for each incident, the rules, and one page for each of these.
public struct WebPages: Sendable {
    private let overviews: any OverviewReading
    private let incidents: any IncidentStoring
    private let rules: any RuleShowing
    private let remarks: @Sendable () -> RuleRemarks
    private let world: World
    private let templates: Templates
    /// Time between two pictures on a live page.
    private let liveInterval: Duration = .seconds(2)

    /// - Parameter remarks: what was found about rules that can do nothing.
    public init(
        overviews: any OverviewReading, incidents: any IncidentStoring, rules: any RuleShowing = NoRulesToShow(),
        remarks: @escaping @Sendable () -> RuleRemarks = { RuleRemarks() }, world: World
    ) throws {
        self.overviews = overviews
        self.incidents = incidents
        self.rules = rules
        self.remarks = remarks
        self.world = world
        self.templates = try Templates()
    }

    /// Adds `/`, `/live/overview`, `/matrices/{name}`, `/live/matrices/{name}`, `/incidents/{number}`, `/rules`, `/rules/rule` and `/assets/…`.
    public func add(to router: Router<some RequestContext>) {
        router.get("/") { _, _ in
            let overview = try await overviews.overview()
            return page("Postwatch · \(overview.platform)", platform: overview.platform, live: "/live/overview", content: render(overview))
        }
        router.get("/live/overview") { _, _ in
            live { render($0) }
        }
        router.get("/matrices/{name}") { _, context in
            let overview = try await overviews.overview()
            let name = context.parameters.get("name") ?? ""
            guard let content = render(matrix: name, of: overview) else {
                let content = templates.render(MissingView(what: "matrix of that name"), with: "missing")
                return page("Not here", platform: overview.platform, content: content, status: .notFound)
            }
            return page("\(name) · \(overview.platform)", platform: overview.platform, live: "/live/matrices/\(name)", content: content)
        }
        router.get("/live/matrices/{name}") { _, context in
            let name = context.parameters.get("name") ?? ""
            return live { render(matrix: name, of: $0) ?? templates.render(MissingView(what: "matrix of that name"), with: "missing") }
        }
        router.get("/incidents/{number}") { _, context in
            let overview = try await overviews.overview()
            guard let number = context.parameters.get("number", as: Int.self), let incident = try await incidents.incident(number: number)
            else {
                let content = templates.render(MissingView(what: "incident of that number"), with: "missing")
                return page("Not here", platform: overview.platform, content: content, status: .notFound)
            }
            let content = templates.render(IncidentView(incident, at: world.now()), with: "incident")
            return page("#\(number) \(incident.title)", platform: overview.platform, content: content)
        }
        router.get("/rules") { _, _ in
            let platform = try await overviews.overview().platform
            let view = RulesView(rules.ruleGroups(), remarks(), at: world.now())
            return page("Rules · \(platform)", platform: platform, content: templates.render(view, with: "rules"))
        }
        router.get("/rules/rule") { request, _ in
            let platform = try await overviews.overview().platform
            let parameters = request.uri.queryParameters
            guard let name = parameters["group"].map(String.init), let index = parameters.get("index", as: Int.self),
                let view = RuleView(index, inGroup: name, of: rules, remarks())
            else {
                let content = templates.render(MissingView(what: "rule of that name and place"), with: "missing")
                return page("Not here", platform: platform, content: content, status: .notFound)
            }
            return page("\(view.name) · \(platform)", platform: platform, content: templates.render(view, with: "rule"))
        }
        router.get("/assets/postwatch.css") { _, _ in asset(PackageResources.postwatch_css, type: "text/css; charset=utf-8") }
        router.get("/assets/live.js") { _, _ in asset(PackageResources.live_js, type: "text/javascript; charset=utf-8") }
    }

    // MARK: - Private

    private func render(_ overview: Overview) -> String {
        templates.render(OverviewView(overview), with: "overview")
    }

    private func render(matrix name: String, of overview: Overview) -> String? {
        overview.matrices.first { $0.name == name }.map { templates.render(MatrixView($0), with: "matrix") }
    }

    private func live(_ picture: @escaping @Sendable (Overview) -> String) -> Response {
        Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                try await stream(picture, to: &writer)
                try await writer.finish(nil)
            })
    }

    /// One server-sent event for each picture, until the browser goes away or the server stops.
    private func stream(_ picture: @Sendable (Overview) -> String, to writer: inout any ResponseBodyWriter) async throws {
        while !Task.isShuttingDownGracefully {
            let html = picture(try await overviews.overview())
            let message = html.split(separator: "\n", omittingEmptySubsequences: false).map { "data: \($0)\n" }.joined() + "\n"
            try await writer.write(ByteBuffer(string: message))
            do {
                try await cancelWhenGracefulShutdown { try await world.clock.sleep(for: liveInterval) }
            } catch is CancellationError {
                return
            }
        }
    }

    private func page(
        _ title: String, platform: String, live: String? = nil, content: String, status: HTTPResponse.Status = .ok
    ) -> Response {
        let html = templates.render(PageView(title: title, platform: platform, live: live, content: content), with: "page")
        let headers: HTTPFields = [
            .contentType: "text/html; charset=utf-8",
            .cacheControl: "no-store",
            .contentSecurityPolicy: "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:",
            .xContentTypeOptions: "nosniff",
        ]
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: html)))
    }

    private func asset(_ bytes: [UInt8], type: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: type, .cacheControl: "max-age=300"], body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
