import HTTPAPI
import PostwatchModel

/// `web`: what may be done over HTTP.
struct WebConfiguration: Sendable {
    /// Where people reach the pages, for links in messages; `nil`: the address that the server listens on. No slash at the end.
    var externalURL: String?
    /// Whether series may be deleted and copied over HTTP. Default: no.
    var isAdministrationEnabled = false
    /// Whether the configuration may be read anew over HTTP. Default: no.
    var isLifecycleEnabled = false
    /// Of which origins pages in a browser may read the API: a regular expression. Default: none but our own, unlike Prometheus: any page
    /// that is open in an operator's browser could read a server that asks for no password.
    var origins: AnchoredPattern?

    init() {}

    init(_ section: ConfigurationSection) {
        externalURL = section.text("external_url").map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        isAdministrationEnabled = section.flag("enable_admin_api", default: false)
        isLifecycleEnabled = section.flag("enable_lifecycle", default: false)
        if let text = section.text("cors_origin") {
            do throws(AnchoredPattern.Fault) {
                origins = try AnchoredPattern(text)
            } catch {
                section.report("cors_origin", found: "\(error)", write: "an expression such as https?://grafana\\.example\\.net")
            }
        }
    }
}
