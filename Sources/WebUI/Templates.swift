import Mustache

/// The page templates, compiled into the program.
struct Templates: Sendable {
    private let library: MustacheLibrary

    /// Throws when a template does not parse, which a test finds before anybody else does.
    init() throws {
        let sources: [String: [UInt8]] = [
            "page": PackageResources.page_mustache,
            "overview": PackageResources.overview_mustache,
            "journey": PackageResources.journey_mustache,
            "matrix": PackageResources.matrix_mustache,
            "incident": PackageResources.incident_mustache,
            "rules": PackageResources.rules_mustache,
            "rule": PackageResources.rule_mustache,
            "explanation": PackageResources.explanation_mustache,
            "missing": PackageResources.missing_mustache,
        ]
        library = MustacheLibrary(
            templates: try sources.mapValues { try MustacheTemplate(string: String(decoding: $0, as: UTF8.self)) })
    }

    func render(_ view: Any, with name: String) -> String {
        guard let html = library.render(view, withTemplate: name) else { preconditionFailure("no template \(name)") }
        return html
    }
}

/// The frame around every page.
struct PageView {
    let title: String
    let platform: String
    /// Where the page's content comes from live; `nil` for a page that stands still.
    let live: String?
    let content: String
}

/// The page for an address that leads nowhere.
struct MissingView {
    let what: String
}
