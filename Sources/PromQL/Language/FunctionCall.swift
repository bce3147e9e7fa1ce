/// `rate(requests_total[5m])`
struct FunctionCall: Hashable, Sendable {
    let signature: FunctionSignature
    var arguments: [Expression]
    let range: SourceRange

    var name: String { signature.name }
}
