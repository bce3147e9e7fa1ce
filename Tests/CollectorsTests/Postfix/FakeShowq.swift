import Foundation
import Glibc

/// A unix socket that behaves as `showq` might, or another service of a mail server. Closed when the value goes away.
final class FakeShowq: Sendable {
    enum Behaviour: Sendable {
        /// Answers each connection with the bytes and closes it.
        case says([UInt8])
        /// Waits for a question first.
        case answers([UInt8])
        /// Listens, but nobody takes the connections: a Postfix that is stopped.
        case frozen
        /// The socket is there, but nobody listens any more.
        case dead
    }

    private let listener: Int32
    /// Whether a thread accepts on the socket: then that thread closes it, lest it accept on a number that was given out anew.
    private let isServed: Bool

    init(at path: String, _ behaviour: Behaviour) {
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        precondition(bound == 0, "cannot bind \(path)")
        self.listener = listener
        switch behaviour {
        case .dead:
            isServed = false
        case .frozen:
            isServed = false
            listen(listener, 0)
        case .says(let bytes), .answers(let bytes):
            isServed = true
            listen(listener, 8)
            let isAsked = if case .answers = behaviour { true } else { false }
            Thread { Self.answer(on: listener, bytes, isAsked: isAsked) }.start()
        }
    }

    deinit {
        if isServed {
            // Ends the thread's accept.
            shutdown(listener, Int32(SHUT_RDWR))
        } else {
            close(listener)
        }
    }

    private static func answer(on listener: Int32, _ bytes: [UInt8], isAsked: Bool) {
        defer { close(listener) }
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { return }
            if isAsked {
                var question = [UInt8](repeating: 0, count: 4096)
                _ = recv(connection, &question, question.count, 0)
            }
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                guard count > 0 else { break }
                rest = rest.dropFirst(count)
            }
            close(connection)
        }
    }
}
