import CXML2

/// A page as a browser reads it, however broken its HTML is. Nothing is fetched that it refers to.
public final class HTMLDocument {
    /// Steps of one search; a page cannot make a simple path costly.
    private static let operationLimit: UInt = 20_000_000
    /// Parts that one search gives, and fields of a form.
    private static let partLimit = 1000
    /// Entries of a list; each costs a search of its own.
    private static let entryLimit = 100

    private let document: xmlDocPtr

    /// Reads a page. What is not HTML at all becomes a page with a text, or an empty one; `nil` when there is no memory for it.
    /// - Parameter charset: what the server says; without it that of the page, UTF-8 where the bytes are.
    public init?(_ bytes: [UInt8], charset: String? = nil) {
        XMLLibrary.prepare()
        let encoding = charset ?? (String(validating: bytes, as: UTF8.self) == nil ? nil : "UTF-8")
        let options = HTML_PARSE_NONET.rawValue | HTML_PARSE_RECOVER.rawValue | HTML_PARSE_NOERROR.rawValue | HTML_PARSE_NOWARNING.rawValue
        let document = bytes.withUnsafeBytes { bytes in
            let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            return htmlReadMemory(start, CInt(clamping: bytes.count), nil, encoding, CInt(options))
        }
        guard let document = document ?? htmlNewDocNoDtD(nil, nil) else { return nil }
        self.document = document
    }

    deinit {
        xmlFreeDoc(document)
    }

    /// The texts of the parts that a path leads to, in the page's order, at most a thousand; a number, a text or a truth is one part.
    public func texts(at path: XPathExpression) -> [String] {
        withResult(of: path) { result in
            guard result.pointee.type == XPATH_NODESET else { return [Self.text(xmlXPathCastToString(result))] }
            return Self.nodes(of: result).map { Self.text(xmlNodeGetContent($0)) }
        } ?? []
    }

    /// Of each part that `entries` leads to, in the page's order, the texts at these paths as seen from there: of a path that leads to
    /// several parts that of the first, of one that leads nowhere an empty text. At most a hundred.
    public func texts(at paths: [XPathExpression], ofEach entries: XPathExpression) -> [[String]] {
        withResult(of: entries) { result in
            guard result.pointee.type == XPATH_NODESET else { return [] }
            return Self.nodes(of: result).prefix(Self.entryLimit).map { node in
                paths.map { path in withResult(of: path.source, from: node) { Self.text(xmlXPathCastToString($0)) } ?? "" }
            }
        } ?? []
    }

    /// Whether the path leads anywhere; for one that is a comparison whether it holds.
    public func contains(_ path: XPathExpression) -> Bool {
        withResult(of: path) { xmlXPathCastToBoolean($0) != 0 } ?? false
    }

    /// The first form that the path leads to.
    public func form(at path: XPathExpression) -> HTMLForm? {
        withResult(of: path) { result -> HTMLForm? in
            guard result.pointee.type == XPATH_NODESET,
                let form = Self.nodes(of: result).first(where: { Self.name(of: $0) == "form" })
            else { return nil }
            return HTMLForm(
                action: Self.attribute("action", of: form) ?? "",
                method: Self.attribute("method", of: form)?.uppercased() == "POST" ? "POST" : "GET", fields: fields(of: form))
        } ?? nil
    }

    // MARK: - Private

    private func withResult<Value>(of path: String, from node: xmlNodePtr? = nil, _ body: (xmlXPathObjectPtr) -> Value) -> Value? {
        guard let context = xmlXPathNewContext(document) else { return nil }
        defer { xmlXPathFreeContext(context) }
        context.pointee.error = { _, _ in }
        context.pointee.opLimit = Self.operationLimit
        context.pointee.node = node ?? xmlDocGetRootElement(document)
        guard let result = xmlXPathEval(path, context) else { return nil }
        defer { xmlXPathFreeObject(result) }
        return body(result)
    }

    private func withResult<Value>(of path: XPathExpression, _ body: (xmlXPathObjectPtr) -> Value) -> Value? {
        withResult(of: path.source, body)
    }

    private static func nodes(of result: xmlXPathObjectPtr) -> [xmlNodePtr] {
        guard let set = result.pointee.nodesetval, let nodes = set.pointee.nodeTab else { return [] }
        return (0..<min(Int(set.pointee.nodeNr), partLimit)).compactMap { nodes[$0] }
    }

    /// Takes what the library gave away.
    private static func text(_ owned: UnsafeMutablePointer<xmlChar>?) -> String {
        guard let owned else { return "" }
        defer { cxml2_free(owned) }
        return String(cString: owned)
    }

    private static func name(of node: xmlNodePtr) -> String {
        node.pointee.name.map { String(cString: $0).lowercased() } ?? ""
    }

    /// `nil` when the element has no such attribute.
    private static func attribute(_ name: String, of node: xmlNodePtr) -> String? {
        guard node.pointee.type == XML_ELEMENT_NODE, xmlHasProp(node, name) != nil else { return nil }
        return text(xmlGetProp(node, name))
    }

    /// What a browser would send. Source: HTML, section "Constructing the entry list".
    private func fields(of form: xmlNodePtr) -> [HTTPFields.Field] {
        withResult(of: ".//input | .//select | .//textarea", from: form) { result in
            Self.nodes(of: result).flatMap { node -> [HTTPFields.Field] in
                guard let name = Self.attribute("name", of: node), !name.isEmpty, Self.attribute("disabled", of: node) == nil else {
                    return []
                }
                return values(of: node).map { HTTPFields.Field(name: name, value: $0) }
            }
        } ?? []
    }

    private func values(of field: xmlNodePtr) -> [String] {
        switch Self.name(of: field) {
        case "textarea": return [Self.text(xmlNodeGetContent(field))]
        case "select":
            let isMultiple = Self.attribute("multiple", of: field) != nil
            let chosen = options(of: field, ".//option[@selected]")
            return isMultiple ? chosen : chosen.last.map { [$0] } ?? options(of: field, ".//option[not(@disabled)]").prefix(1).map(\.self)
        default:
            switch Self.attribute("type", of: field)?.lowercased() ?? "text" {
            case "checkbox", "radio":
                return Self.attribute("checked", of: field) == nil ? [] : [Self.attribute("value", of: field) ?? "on"]
            case "submit", "button", "image", "reset", "file": return []
            default: return [Self.attribute("value", of: field) ?? ""]
            }
        }
    }

    private func options(of select: xmlNodePtr, _ path: String) -> [String] {
        withResult(of: path, from: select) { result in
            Self.nodes(of: result).map { Self.attribute("value", of: $0) ?? Self.text(xmlNodeGetContent($0)) }
        } ?? []
    }
}
