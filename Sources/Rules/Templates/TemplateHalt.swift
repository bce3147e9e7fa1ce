/// Why filling in a template stopped.
enum TemplateHalt: Error, Hashable, Sendable {
    /// A query whose answer is needed first.
    case asks(String)
    case failed(String)
}
