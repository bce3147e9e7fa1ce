import PostwatchModel
import TestSupport
import Testing

@testable import PostwatchApp

@Suite("The server while its configuration is read anew")
struct ServerReloadTests {
    /// What a client saw.
    private struct Account: Sendable {
        var answers = 0
        var faults: [String] = []
    }

    @Test("refuses nobody and keeps connections: requests are answered, or wait", .timeLimit(.minutes(2)))
    func reload() async throws {
        try await RunningServer.run("web: {enable_lifecycle: true}\n") { server in
            let isOver = Shared(false)
            let (comers, regular) = (Shared(Account()), Shared(Account()))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await onThread { Self.askAnew(server.port, until: isOver, comers) } }
                group.addTask { try await onThread { Self.askOnOneConnection(server.port, until: isOver, regular) } }
                defer { isOver.value = true }
                for round in 1...5 {
                    #expect(try await server.post("/-/reload").hasPrefix("HTTP/1.1 200 "))
                    while server.count(of: "Opened the series store") <= round { _ = try await server.get("/-/ready") }
                }
                let counts = (comers.value.answers, regular.value.answers)
                while comers.value.answers <= counts.0 || regular.value.answers <= counts.1, Self.isSound(comers, regular) {
                    _ = try await server.get("/-/ready")
                }
            }
            #expect(comers.value.faults == [])
            #expect(regular.value.faults == [])
            #expect(comers.value.answers > 5)
            #expect(regular.value.answers > 5)
            #expect(server.count(of: "The server listens") == 1)
        }
    }

    @Test("goes on with what it was told last, or with what it had when that has faults")
    func configurations() async throws {
        try await RunningServer.run("web: {enable_lifecycle: true}\n") { server in
            #expect(try await server.post("/api/v1/admin/tsdb/clean_tombstones").contains("admin APIs disabled"))
            try server.configure("web: {enable_lifecycle: true, enable_admin_api: true}\n")
            #expect(try await server.post("/-/reload").hasPrefix("HTTP/1.1 200 "))
            while try await !server.post("/api/v1/admin/tsdb/clean_tombstones").hasPrefix("HTTP/1.1 204 ") {}
            try server.configure("web: 7\n")
            #expect(try await server.post("/-/reload").hasPrefix("HTTP/1.1 500 "))
            #expect(try await server.post("/api/v1/admin/tsdb/clean_tombstones").hasPrefix("HTTP/1.1 204 "))
        }
    }

    // MARK: - Private

    private static let question = "GET /api/v1/query?query=1 HTTP/1.1\r\nHost: localhost\r\n\r\n"

    private static func isSound(_ accounts: Shared<Account>...) -> Bool { accounts.allSatisfy { $0.value.faults.isEmpty } }

    private static func askAnew(_ port: UInt16, until isOver: Shared<Bool>, _ account: Shared<Account>) {
        while !isOver.value {
            note(in: account) {
                let client = try SocketClient(port: port)
                try client.send(question)
                return try client.answer()
            }
        }
    }

    private static func askOnOneConnection(_ port: UInt16, until isOver: Shared<Bool>, _ account: Shared<Account>) {
        guard let client = try? SocketClient(port: port) else { return account.withLock { $0.faults.append("no connection") } }
        while !isOver.value, account.value.faults.isEmpty {
            note(in: account) {
                try client.send(question)
                return try client.answer()
            }
        }
    }

    private static func note(in account: Shared<Account>, _ ask: () throws -> String) {
        do {
            let answer = try ask()
            account.withLock { account in
                account.answers += 1
                if !answer.hasPrefix("HTTP/1.1 200 ") { account.faults.append(answer) }
            }
        } catch {
            account.withLock { $0.faults.append("\(error)") }
        }
    }
}
