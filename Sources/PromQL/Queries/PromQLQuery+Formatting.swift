extension PromQLQuery: CustomStringConvertible {
    /// The query on one line in Prometheus' way of writing. Reads back as the same query. Comments are lost.
    public var description: String {
        var writer = ExpressionWriter()
        writer.write(expression)
        return writer.text
    }

    /// The query over as many lines as it needs, as `/api/v1/format_query` answers: what is longer than 100 bytes is split, two spaces
    /// for each level. Reads back as the same query. Comments are lost.
    public var formatted: String { ExpressionLayout(expression).text }

    /// The tree of syntax as `/api/v1/parse_query` answers, with Prometheus' names of nodes and members.
    public var syntaxTree: SyntaxValue { expression.syntaxValue }
}
