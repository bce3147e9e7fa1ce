/// Which codings of a body a client takes. Source: RFC 9110, section 12.5.3.
struct AcceptedEncodings: Hashable, Sendable {
    let gzip: Bool

    /// - Parameter text: the value of `Accept-Encoding`.
    init(_ text: String) {
        var named: Bool?
        var others = false
        for entry in text.split(separator: ",") {
            let parts = entry.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
            guard let coding = parts.first else { continue }
            let isAccepted = !parts.dropFirst().contains { $0.hasPrefix("q=") && (Double($0.dropFirst(2)) ?? 0) <= 0 }
            switch coding {
            case "gzip", "x-gzip": named = isAccepted
            case "*": others = isAccepted
            default: break
            }
        }
        gzip = named ?? others
    }
}
