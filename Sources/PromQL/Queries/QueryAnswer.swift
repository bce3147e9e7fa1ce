/// The result of a query, and what there is to say about it.
public struct QueryAnswer: Hashable, Sendable {
    public var result: QueryResult
    /// The result may be wrong. In Prometheus' words.
    public var warnings: [String]
    /// Something was left out or mended.
    public var infos: [String]

    public init(result: QueryResult, warnings: [String] = [], infos: [String] = []) {
        self.result = result
        self.warnings = warnings
        self.infos = infos
    }

    init(_ result: QueryResult, _ notes: QueryNotes) {
        self.init(result: result, warnings: notes.warnings, infos: notes.infos)
    }
}
