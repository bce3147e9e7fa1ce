import PostwatchModel
import TestSupport
import Testing

@testable import PromQL

@Suite("Random queries")
struct RandomQueryTests {
    @Test("A query that was written by a program reads back as the same query, on one line and on many", arguments: UInt64(0)..<8)
    func roundTrip(seed: UInt64) throws {
        var random = RandomQuery(seed: seed)
        for _ in 0..<250 {
            let text = random.next()
            let query: PromQLQuery
            do {
                query = try PromQLQuery(text, allowingExperimental: true)
            } catch {
                Issue.record("\(text): \(error)")
                return
            }
            try expectRoundTrip(of: query)
        }
    }

    @Test("A text that was changed anywhere is read or refused at a place inside of it", arguments: UInt64(0)..<8)
    func mutations(seed: UInt64) throws {
        var random = RandomQuery(seed: seed &+ 100)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<250 {
            var bytes = Array(random.next().utf8)
            for _ in 0..<Int.random(in: 1...4, using: &generator) { mutate(&bytes, &generator) }
            let text = String(decoding: bytes, as: UTF8.self)
            do {
                try expectRoundTrip(of: PromQLQuery(text, allowingExperimental: true))
            } catch let fault as PromQLFault {
                let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                #expect((1...lines.count).contains(fault.line), "\(text)")
                #expect((1...lines[fault.line - 1].count + 1).contains(fault.column), "\(text)")
                #expect(!fault.message.isEmpty && !fault.expected.isEmpty)
            }
            _ = try? PromQLQuery.selectorMatchers(parsing: text)
        }
    }

    // MARK: - Private

    private func expectRoundTrip(of query: PromQLQuery) throws {
        for written in [query.description, query.formatted] {
            let again: PromQLQuery
            do {
                again = try PromQLQuery(written, allowingExperimental: true)
            } catch {
                Issue.record("\(query.text) was written as \(written): \(error)")
                return
            }
            #expect(again.expression == query.expression, "\(query.text) was written as \(written)")
            #expect(again.expression.hashValue == query.expression.hashValue)
            #expect(again.description == query.description)
            #expect(again.syntaxTree == query.syntaxTree)
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
        let place = Int.random(in: 0...bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
        case 1: bytes.insert(contentsOf: Array("(){}[]\"',:+-*/^%<>=!~@#\n\\`1am_".utf8).shuffled(using: &generator).prefix(2), at: place)
        case 2: bytes.removeLast(min(place, bytes.count) / 2)
        default:
            let other = Int.random(in: 0...bytes.count, using: &generator)
            bytes.removeSubrange(min(place, other)..<min(max(place, other), min(place, other) + 5))
        }
    }
}
