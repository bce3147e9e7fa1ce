import Foundation
import Glibc
import TestSupport
import Testing

@testable import Collectors

@Suite("A connection to a service")
struct ServiceConnectionTests {
    @Test("reads lines however they arrive", arguments: [["one\n", "\n", "two\r\n"], ["one\n", "\ntwo", "\n"], ["on", "e\n\ntwo\n"]])
    func pieces(texts: [String]) throws {
        let tree = TemporaryTree()
        let path = "\(tree.root)/socket"
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        try #require(isBound == 0 && listen(listener, 1) == 0)
        let connection = try ServiceConnection(.local(path: path), timeout: .milliseconds(20), clock: ManualClock())
        let service = accept(listener, nil, nil)
        defer { close(service) }
        var lines: [String] = []
        for text in texts {
            _ = Array(text.utf8).withUnsafeBytes { send(service, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            // The piece of a line is kept when time is up.
            while let line = try? connection.line() { lines.append(line) }
            if lines.count == 3 { break }
        }
        #expect(lines == ["one", "", "two"])
    }
}
