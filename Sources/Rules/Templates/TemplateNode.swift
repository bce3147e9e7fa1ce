/// A parsed piece of a template.
indirect enum TemplateNode: Hashable, Sendable {
    case text(String)
    case output(TemplatePipeline)
    case condition(TemplatePipeline, then: [TemplateNode], otherwise: [TemplateNode])
    /// `with`: a condition whose value is the dot inside.
    case with(TemplatePipeline, then: [TemplateNode], otherwise: [TemplateNode])
    /// `range`
    case loop(TemplatePipeline, body: [TemplateNode], otherwise: [TemplateNode])
    /// `template "name" pipeline`
    case insertion(name: String, TemplatePipeline?)
    /// `break`
    case leaveLoop
    /// `continue`
    case nextTurn
}

/// Commands joined by `|`: the result of each is the last argument of the next.
struct TemplatePipeline: Hashable, Sendable {
    /// `$x :=` or `$i, $x :=` in front.
    var variables: [String] = []
    /// `=` instead of `:=`: the variable is there already.
    var isAssignment = false
    var commands: [TemplateCommand]
}

/// A function with its arguments, or a value by itself.
enum TemplateCommand: Hashable, Sendable {
    case call(TemplateFunction, [TemplateOperand])
    case value(TemplateOperand)
}

/// One argument.
indirect enum TemplateOperand: Hashable, Sendable {
    case constant(TemplateValue)
    case dot
    /// Its name, with the `$`.
    case variable(String)
    /// `.name` behind a value.
    case field(TemplateOperand, String)
    case pipeline(TemplatePipeline)
    /// A function without arguments.
    case function(TemplateFunction)
}
