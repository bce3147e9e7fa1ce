import PostwatchModel

/// One place on an axis of a matrix: a way to a server, or an account.
struct MatrixChoice: Sendable {
    /// What the cells' label is called: `server`, `exchanger`, `account`.
    let axis: String
    /// The label's value, and part of the cells' names.
    let name: String
    /// Nodes that whoever goes this way passes through.
    let path: [String]
    /// What is laid over the section of the server or the account.
    let overlay: [ConfigurationNode.Entry]
    /// Of a server: cells go straight to the server that the account names.
    var isDirect = false

    init(axis: String, name: String, path: [String], overlay: [ConfigurationNode.Entry], isDirect: Bool = false) {
        self.axis = axis
        self.name = name
        self.path = path
        self.overlay = overlay
        self.isDirect = isDirect
    }

    /// Reads an element of `servers` or `accounts`: `name`, `path`, and keys of the journey's own section.
    init?(_ section: ConfigurationSection, axis: String) {
        let name = section.requiredText("name", like: axis == "server" ? "proxy-1" : "shard-1")
        let path = section.texts("path")
        let isDirect = axis == "server" && section.flag("direct", default: false)
        let overlay = section.remainder(besides: ["name", "path", "direct"])
        if isDirect && !overlay.isEmpty {
            section.report("direct", found: "a server beside it", write: "direct: true alone; each account names the server of its own")
        }
        guard !name.isEmpty else { return nil }
        self.init(axis: axis, name: name, path: path, overlay: overlay, isDirect: isDirect)
    }

    /// The server that is laid over; `nil` when none is.
    var server: ConfigurationNode? { overlay.first { $0.key == "server" }?.value }
}
