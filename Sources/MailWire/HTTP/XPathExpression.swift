import CXML2

/// A path to parts of a page, in XPath 1.0.
public struct XPathExpression: Hashable, Sendable {
    /// The text is no XPath.
    public struct Fault: Error, Hashable, CustomStringConvertible {
        public let source: String

        public var description: String { "\"\(source)\" is not a valid XPath expression" }
    }

    public let source: String

    public init(_ source: String) throws(Fault) {
        XMLLibrary.prepare()
        // With a context of its own the library keeps its complaints to itself.
        guard let context = xmlXPathNewContext(nil) else { throw Fault(source: source) }
        defer { xmlXPathFreeContext(context) }
        context.pointee.error = { _, _ in }
        guard let compiled = xmlXPathCtxtCompile(context, source) else { throw Fault(source: source) }
        xmlXPathFreeCompExpr(compiled)
        self.source = source
    }
}
