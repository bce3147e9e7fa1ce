/// Fetches MTA-STS policies as senders do. Source: RFC 8461, section 3.3.
enum PolicyPage {
    /// Bytes of a policy; senders take at least as many.
    private static let sizeLimit = 65_536

    /// Redirections are not followed, and nothing but text is taken.
    static func text(at url: String, within timeout: Duration) async throws(CollectionFailure) -> String {
        let page = StatusPage(url: url, followsRedirects: false, mediaType: "text/plain")
        guard let text = try await page.text(within: timeout, upTo: sizeLimit) else {
            throw .malformed(source: url, found: "more than \(sizeLimit >> 10) KiB")
        }
        return text
    }
}
