import PostwatchModel
import Testing

@testable import Collectors

@Suite("The envelope of a message in Exim's spool")
struct EximEnvelopeTests {
    private static let id = "1xXNXC-0007zq-0Y"

    @Test("tells sender, warnings, state, and whom the message has not reached")
    func whole() throws {
        let text = Self.file(
            variables: ["-ident root", "-frozen 1795891950"], tree: ["XX"],
            recipients: ["u@smart.example", "v@Smart.Example", "\"a b@c\"@quoted.example"], warnings: 2)
        let envelope = try EximEnvelope(Array(text.utf8)[...], of: Self.id)
        #expect(envelope.hasSender)
        #expect(envelope.warnings == 2)
        #expect(envelope.isFrozen)
        #expect(!envelope.isNew)
        #expect(envelope.domains == ["smart.example", "quoted.example"])
        #expect(Array(text.utf8)[envelope.length...].elementsEqual(Self.headers.utf8))
    }

    @Test("leaves out the recipients in the tree of those whom it has reached")
    func tree() throws {
        let text = Self.file(
            sender: "<>", variables: ["-deliver_firsttime"],
            tree: ["YY darcy@austen.example", "NN alice@wonderland.example", "NN editor@thesaurus.example"],
            recipients: ["editor@thesaurus.example", "darcy@AUSTEN.example", "rdo@foundation.example", "alice@wonderland.example", "local"])
        let envelope = try EximEnvelope(Array(text.utf8)[...], of: Self.id)
        #expect(!envelope.hasSender)
        #expect(envelope.isNew)
        #expect(envelope.domains == ["foundation.example", ""])
    }

    @Test("passes over the texts of variables, whatever stands in them, and what follows an address")
    func variables() throws {
        let text = Self.file(
            variables: ["-aclm 0 11", "XX\n1\nu@a.b\n", "--aclc _x 3", "a\nb", "--(3)aclm y 0", "", "-frozen"],
            tree: ["XX"], recipients: ["a@one.example e@two.example 13,0#1"])
        let envelope = try EximEnvelope(Array(text.utf8)[...], of: Self.id)
        #expect(envelope.domains == ["one.example"])
        #expect(!envelope.isFrozen)
    }

    @Test("is incomplete wherever the bytes end before it does")
    func everySplit() throws {
        let bytes = Array(
            Self.file(variables: ["-aclm 0 3", "abc"], tree: ["NY a@b", "NN c@d"], recipients: ["e@f.example"]).utf8)
        let length = try EximEnvelope(bytes[...], of: Self.id).length
        for end in 0..<length {
            #expect(throws: EximEnvelope.Fault.incomplete) { try EximEnvelope(bytes[..<end], of: Self.id) }
        }
    }

    @Test(
        "is damaged when it is not what Exim writes",
        arguments: [
            "another-H\nroot 0 0\n<>\n1 0\nXX\n0\n\n",
            "\(id)-H\nroot 0 0\n<\n1 0\nXX\n0\n\n",
            "\(id)-H\nroot 0 0\na@b\n1 0\nXX\n0\n\n",
            "\(id)-H\nroot 0 0\n<>\n1\nXX\n0\n\n",
            "\(id)-H\nroot 0 0\n<>\nx 0\nXX\n0\n\n",
            "\(id)-H\nroot 0 0\n<>\n1 99999999999999999999\nXX\n0\n\n",
            "\(id)-H\nroot 0 0\n<>\n1 0\n-aclm 1 x\nXX\n0\n\n",
            "\(id)-H\nroot 0 0\n<>\n1 0\nXY\n0\n\n",
            "\(id)-H\nroot 0 0\n<>\n1 0\nZZ a@b\n0\n\n",
            "\(id)-H\nroot 0 0\n<>\n1 0\nXX\n-1\n\n",
            "\(id)-H\nroot 0 0\n<>\n1 0\nXX\n1\na@b\nc@d\n\n",
            "\0\0\0\0\0\0\0\0\n",
        ])
    func damaged(text: String) {
        #expect(throws: EximEnvelope.Fault.damaged) { try EximEnvelope(Array(text.utf8)[...], of: Self.id) }
    }

    @Test(
        "A name tells when the message arrived",
        arguments: [
            ("1xXNWx-0007pp-1n-H", 1_795_891_935 as Int64?), ("1xXNWx-000000007pp-1n00-H", 1_795_891_935), ("1xXNWx-0007pp-1n-D", nil),
            ("1xXNWx-0007pp-1n-J", nil), ("hdr.1234", nil), ("1xXN_x-0007pp-1n-H", nil), ("1xXNWx_0007pp-1n-H", nil), ("-H", nil),
            ("", nil),
        ])
    func arrival(name: String, seconds: Int64?) {
        let id = Array(name.utf8).withUnsafeBytes { EximMessageID(headerFile: $0) }
        #expect(id?.arrivedAt == seconds.map { Timestamp(milliseconds: $0 * 1000) })
        #expect(id?.text == seconds.map { _ in String(name.dropLast(2)) })
    }

    static let headers = "011  Subject: x\n"

    static func file(
        id: String = Self.id, sender: String = "<s@sender.example>", variables: [String] = [], tree: [String] = ["XX"],
        recipients: [String],
        warnings: Int = 0
    ) -> String {
        let lines = ["\(id)-H", "root 0 0", sender, "1795891950 \(warnings)"] + variables + tree + ["\(recipients.count)"] + recipients
        return lines.joined(separator: "\n") + "\n\n" + headers
    }
}
