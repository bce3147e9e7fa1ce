import Testing

@testable import PromQL

@Suite("FunctionSignature")
struct FunctionSignatureTests {
    @Test("There is one of each name, sorted, in lower case")
    func names() {
        let names = FunctionSignature.all.map(\.name)
        #expect(names == Set(names).sorted())
        #expect(names.allSatisfy { $0 == $0.lowercased() })
        #expect(names.count == 90)
    }

    @Test(
        "Counts of arguments follow from the last parameter",
        arguments: [
            ("rate", 1, 1), ("round", 1, 2), ("hour", 0, 1), ("label_join", 3, nil), ("sort_by_label", 1, nil),
            ("histogram_quantiles", 3, 12),
            ("info", 1, 2), ("pi", 0, 0),
        ] as [(String, Int, Int?)])
    func counts(name: String, least: Int, most: Int?) throws {
        let signature = try #require(FunctionSignature.named(name))
        #expect(signature.leastArguments == least)
        #expect(signature.mostArguments == most)
    }

    @Test("Every function of the language can be evaluated")
    func bodies() {
        for signature in FunctionSignature.all {
            #expect(Function.named(signature.name) != nil, "\(signature.name)")
        }
    }
}
