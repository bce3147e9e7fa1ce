import CXML2

extension XMLElement {
    /// Bytes that a document may have.
    public static let sizeLimit = 4_194_304
    /// Elements that a document may have.
    public static let countLimit = 100_000
    /// Elements inside elements.
    public static let nestingLimit = 64

    /// Reads a document. Entities are not looked up and not multiplied, and nothing is fetched. Throws `malformed`, `replyTooLarge` or
    /// `nestedTooDeeply`.
    public init(parsing bytes: [UInt8]) throws(WireFault) {
        guard bytes.count <= Self.sizeLimit else { throw .replyTooLarge(limit: Self.sizeLimit) }
        XMLLibrary.prepare()
        let options = XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue | XML_PARSE_NOCDATA.rawValue
        let document = bytes.withUnsafeBytes { buffer in
            xmlReadMemory(buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(buffer.count), nil, nil, Int32(options))
        }
        guard let document else { throw .malformed(expected: "XML", found: WireText.excerpt(bytes)) }
        defer { xmlFreeDoc(document) }
        guard document.pointee.intSubset == nil, let root = xmlDocGetRootElement(document) else {
            throw .malformed(expected: "XML without a document type of its own", found: WireText.excerpt(bytes))
        }
        var remaining = Self.countLimit
        self = try Self.element(root, depth: 0, remaining: &remaining)
    }

    // MARK: - Private

    private static func element(_ node: xmlNodePtr, depth: Int, remaining: inout Int) throws(WireFault) -> XMLElement {
        guard depth < nestingLimit else { throw .nestedTooDeeply(limit: nestingLimit) }
        remaining -= 1
        guard remaining >= 0 else { throw .replyTooLarge(limit: countLimit) }
        var text = ""
        var children: [XMLElement] = []
        var next = node.pointee.children
        while let child = next {
            next = child.pointee.next
            switch child.pointee.type {
            case XML_ELEMENT_NODE: children.append(try element(child, depth: depth + 1, remaining: &remaining))
            case XML_TEXT_NODE, XML_CDATA_SECTION_NODE: text += string(child.pointee.content)
            default: break
            }
        }
        let name = Name(string(node.pointee.ns?.pointee.href), string(node.pointee.name))
        return XMLElement(name, text: text, children: children)
    }

    private static func string(_ bytes: UnsafePointer<xmlChar>?) -> String {
        bytes.map { String(cString: $0) } ?? ""
    }
}
