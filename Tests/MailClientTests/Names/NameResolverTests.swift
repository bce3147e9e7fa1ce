import MailClient
import NIOCore
import NIOPosix
import Testing

@Suite struct NameResolverTests {
    private func asking(
        _ answer: @escaping @Sendable (String, UInt8) -> NameServer.Answer, _ body: (NameResolver, Endpoint) async throws -> Void
    )
        async throws
    {
        let server = try await NameServer.start(answer: answer)
        try await body(
            NameResolver(servers: [server.endpoint], threadPool: .singleton, group: MultiThreadedEventLoopGroup.singleton), server.endpoint)
        try await server.stop()
    }

    @Test("A name has its IPv4 and IPv6 addresses")
    func addresses() async throws {
        try await asking { name, type in
            guard name == "mail.example.test" else { return .failure(3) }
            return type == 1 ? .addresses([[127, 0, 0, 9]]) : .addresses([[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]])
        } _: { resolver, _ in
            let found = try await resolver.addresses(of: "mail.example.test", port: 25, before: .now() + .seconds(5)).value
            #expect(Set(found.map { $0.ipAddress ?? "" }) == ["127.0.0.9", "::1"])
            #expect(found.allSatisfy { $0.port == 25 })
        }
    }

    @Test("An address is its own answer, without a question")
    func literal() async throws {
        try await asking { _, _ in
            .silence
        } _: { resolver, _ in
            let found = try await resolver.addresses(of: "127.0.0.4", port: 993, before: .now() + .seconds(1)).value
            #expect(found.map(\.ipAddress) == ["127.0.0.4"])
        }
    }

    @Test("Mail exchangers come by preference, equals in changing order")
    func exchangers() async throws {
        try await asking { _, _ in
            NameServer.Answer.exchangers([(20, "backup.example.test"), (10, "mx-1.example.test"), (10, "mx-2.example.test")])
        } _: { resolver, _ in
            var firsts: Set<String> = []
            for _ in 0..<64 {
                let found = try await resolver.mailExchangers(of: "example.test", before: .now() + .seconds(5)).value
                #expect(found.last == MailExchanger(host: "backup.example.test", preference: 20))
                firsts.insert(found[0].host)
            }
            #expect(firsts == ["mx-1.example.test", "mx-2.example.test"])
        }
    }

    @Test("A domain without MX records takes its mail itself; one with a null MX takes none")
    func implicitAndNullExchangers() async throws {
        try await asking { name, _ in
            name == "null.test" ? .exchangers([(0, "")]) : .empty
        } _: { resolver, _ in
            let plain = try await resolver.mailExchangers(of: "plain.test", before: .now() + .seconds(5)).value
            #expect(plain == [MailExchanger(host: "plain.test", preference: 0)])
            await #expect(throws: ResolveFailure.takesNoMail("null.test")) {
                try await resolver.mailExchangers(of: "null.test", before: .now() + .seconds(5))
            }
        }
    }

    @Test("No such name, no record, a failing server and a silent one are told apart")
    func failures() async throws {
        try await asking { name, _ in
            switch name {
            case "missing.test": .failure(3)
            case "broken.test": .failure(2)
            case "empty.test": .empty
            default: .silence
            }
        } _: { resolver, endpoint in
            let soon = NIODeadline.now() + .milliseconds(400)
            func failure(_ name: String, _ deadline: NIODeadline) async -> ResolveFailure? {
                do throws(ResolveFailure) {
                    _ = try await resolver.addresses(of: name, port: 25, before: deadline)
                    return nil
                } catch {
                    return error
                }
            }
            #expect(await failure("missing.test", .now() + .seconds(5)) == .noSuchName("missing.test"))
            #expect(await failure("empty.test", .now() + .seconds(5)) == .noRecord("empty.test", kind: "A or AAAA"))
            guard case .serverFailed("broken.test", _, _) = await failure("broken.test", .now() + .seconds(5)) else {
                Issue.record("SERVFAIL is a failure of the server")
                return
            }
            #expect(await failure("silent.test", soon) == .timedOut("silent.test", server: "the name server \(endpoint)"))
            #expect(NIODeadline.now() >= soon)
        }
    }
}
