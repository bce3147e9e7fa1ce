import Foundation

extension StatusPage {
    /// What a page of JSON says; `nil` when it is longer than `limit` bytes, of which no more is read. Deep nesting, numbers out of range
    /// and values of another type are malformed.
    func json<Page: Decodable>(_ type: Page.Type, within timeout: Duration, upTo limit: Int) async throws(CollectionFailure) -> Page? {
        guard let text = try await text(within: timeout, upTo: limit) else { return nil }
        return try Self.decode(type, text, of: url)
    }

    /// - Parameter source: Named when the text is no such page.
    static func decode<Page: Decodable>(_ type: Page.Type, _ text: String, of source: String) throws(CollectionFailure) -> Page {
        do {
            return try JSONDecoder().decode(type, from: Data(text.utf8))
        } catch {
            throw .malformed(source: source, found: found(error))
        }
    }

    // MARK: - Private

    private static func found(_ error: any Error) -> String {
        switch error as? DecodingError {
        case .keyNotFound(let key, let context): "no \(path(context.codingPath + [key]))"
        case .typeMismatch(_, let context), .valueNotFound(_, let context): "a value of another kind for \(path(context.codingPath))"
        default: "no JSON, or numbers out of range"
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.isEmpty ? "the page itself" : String(keys.map(\.stringValue).joined(separator: ".").prefix(200))
    }
}
