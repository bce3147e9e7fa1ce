import Foundation
import Testing

@testable import PromQL

@Suite("Tree of syntax")
struct SyntaxTreeTests {
    @Test(
        "Nodes and members have Prometheus' names",
        arguments: [
            ("1.5", #"{"type":"numberLiteral","val":"1.5"}"#), ("\"a\"", #"{"type":"stringLiteral","val":"a"}"#),
            ("(-Inf)", #"{"expr":{"type":"numberLiteral","val":"-Inf"},"type":"parenExpr"}"#),
            (
                "up{job=~\"a\"} @ 1.5 offset 1m",
                #"{"anchored":false,"matchers":[{"name":"__name__","type":"=","value":"up"},{"name":"job","type":"=~","value":"a"}],"#
                    + #""name":"up","offset":60000,"smoothed":false,"startOrEnd":null,"timestamp":1500,"type":"vectorSelector"}"#
            ),
            (
                "{a=\"b\"}[5m] anchored @ end()",
                #"{"anchored":true,"matchers":[{"name":"a","type":"=","value":"b"}],"name":"","offset":0,"range":300000,"#
                    + #""smoothed":false,"startOrEnd":"end","timestamp":null,"type":"matrixSelector"}"#
            ),
            (
                "vector(1)[1h:5m]",
                #"{"expr":{"args":[{"type":"numberLiteral","val":"1"}],"func":{"argTypes":["scalar"],"name":"vector","returnType":"vector","#
                    + #""variadic":0},"type":"call"},"offset":0,"range":3600000,"startOrEnd":null,"step":300000,"timestamp":null,"#
                    + #""type":"subquery"}"#
            ),
            (
                "1 < bool 2",
                #"{"bool":true,"lhs":{"type":"numberLiteral","val":"1"},"matching":null,"op":"<","#
                    + #""rhs":{"type":"numberLiteral","val":"2"},"type":"binaryExpr"}"#
            ),
        ])
    func json(text: String, expected: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let tree = try PromQLQuery(text, allowingExperimental: true).syntaxTree
        #expect(String(decoding: try encoder.encode(tree), as: UTF8.self) == expected)
    }

    @Test("Matching, grouping and functions are told with all that was left out")
    func members() throws {
        let binary = try PromQLQuery("a and b").syntaxTree
        #expect(binary["matching"]?["card"] == .text("many-to-many"))
        #expect(binary["matching"]?["labels"] == .list([]))
        let grouped = try PromQLQuery("a * on(x) group_left(y) fill_right(0) b", allowingExperimental: true).syntaxTree
        #expect(
            grouped["matching"]
                == .object([
                    "card": .text("many-to-one"), "on": .boolean(true), "labels": .list([.text("x")]), "include": .list([.text("y")]),
                    "fillValues": .object(["lhs": .null, "rhs": .number(0)]),
                ]))
        let aggregation = try PromQLQuery("quantile without (a) (0.5, -b)").syntaxTree
        #expect(aggregation["op"] == .text("quantile"))
        #expect(aggregation["param"]?["val"] == .text("0.5"))
        #expect(aggregation["grouping"] == .list([.text("a")]))
        #expect(aggregation["without"] == .boolean(true))
        #expect(aggregation["expr"]?["op"] == .text("-"))
        #expect(try PromQLQuery("label_join(a, \"b\", \",\")").syntaxTree["func"]?["variadic"] == .integer(-1))
        #expect(try PromQLQuery("round(a)").syntaxTree["func"]?["variadic"] == .integer(1))
    }
}
