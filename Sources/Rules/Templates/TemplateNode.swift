/// A parsed piece of a template.
indirect enum TemplateNode: Hashable, Sendable {
    case text(String)
    case output(TemplatePipeline)
    case condition(TemplatePipeline, then: [TemplateNode], otherwise: [TemplateNode])
}

/// Commands joined by `|`: the result of each is the last argument of the next.
struct TemplatePipeline: Hashable, Sendable {
    /// A function with its arguments, or a value by itself.
    enum Command: Hashable, Sendable {
        case call(TemplateFunction, [Operand])
        case value(Operand)
    }

    indirect enum Operand: Hashable, Sendable {
        case constant(TemplateValue)
        case labels
        case value
        case externalLabels
        case externalURL
        /// `.name` behind labels.
        case member(Operand, String)
        case pipeline(TemplatePipeline)
    }

    let commands: [Command]
}
