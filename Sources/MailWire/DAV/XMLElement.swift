/// An element of an XML document with what lies in it. Names are compared by namespace and local name.
public struct XMLElement: Hashable, Sendable {
    /// What an element is called.
    public struct Name: Hashable, Sendable {
        /// `DAV:`; empty without a namespace.
        public let namespace: String
        public let local: String

        public init(_ namespace: String, _ local: String) {
            self.namespace = namespace
            self.local = local
        }
    }

    public let name: Name
    /// The text directly inside, without that of its elements.
    public let text: String
    public let children: [XMLElement]

    public init(_ name: Name, text: String = "", children: [XMLElement] = []) {
        self.name = name
        self.text = text
        self.children = children
    }

    public func first(_ name: Name) -> XMLElement? { children.first { $0.name == name } }

    public func all(_ name: Name) -> [XMLElement] { children.filter { $0.name == name } }

    /// Without white space around it.
    public var trimmedText: String {
        let isSpace = { (character: Character) in character.isWhitespace || character.isNewline }
        return String(text.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }
}
