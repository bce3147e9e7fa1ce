/// `rate(requests_total[5m])`
struct FunctionCall: Hashable, Sendable {
    let function: Function
    let arguments: [Expression]
    let position: SourcePosition
}
