import Foundation
import PostwatchModel

/// The address of a page of a service, as an operator writes it.
///
/// It names the collector, so it is told, logged and shown: a password in it is a fault, whose text leaves the address out.
enum ServiceURL {
    /// What a page may be fetched by. `http+unix` has the escaped path of a socket as host.
    static let everyScheme = ["http", "https", "http+unix"]

    /// `nil` when the key is absent.
    /// - Parameters:
    ///   - usual: an address as it should be written, for the fault.
    ///   - credentials: the keys for a user and a password of this kind; `nil` when it has none.
    static func read(
        _ section: ConfigurationSection, _ key: String = "url", usual: String, schemes: [String] = everyScheme, credentials: String? = nil
    ) -> String? {
        let url = section.text(key)
        if let url { check(url, section, key, usual: usual, schemes, credentials) }
        return url
    }

    /// A fault when the key is absent; then an empty text.
    static func required(
        _ section: ConfigurationSection, _ key: String = "url", usual: String, schemes: [String] = everyScheme, credentials: String? = nil
    ) -> String {
        let url = section.requiredText(key, like: usual)
        if !url.isEmpty { check(url, section, key, usual: usual, schemes, credentials) }
        return url
    }

    // MARK: - Private

    private static func check(
        _ url: String, _ section: ConfigurationSection, _ key: String, usual: String, _ schemes: [String], _ credentials: String?
    ) {
        if url.contains("@") {
            let remedy = credentials.map { "the address alone, and \($0)" } ?? "the address alone, such as \(usual)"
            section.report(key, found: "a user or a password in the URL", write: "\(remedy); an @ in its path is written %40")
        } else if url.contains("?") {
            // Some services take a password there.
            section.report(key, found: "a query in the URL", write: "the address alone, such as \(usual)")
        } else if !isUsable(url, schemes) {
            section.report(key, found: "\"\(url)\"", write: usual)
        }
    }

    private static func isUsable(_ url: String, _ schemes: [String]) -> Bool {
        guard schemes.contains(where: { url.hasPrefix("\($0)://") }), !url.contains(where: \.isWhitespace) else { return false }
        return URL(string: url)?.host()?.isEmpty == false
    }
}
