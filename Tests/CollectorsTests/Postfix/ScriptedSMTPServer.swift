import Foundation
import Glibc

/// An SMTP server that says the same of every recipient. It ends when the value goes away.
final class ScriptedSMTPServer: Sendable {
    let port: Int
    private let listener: Int32

    struct NotPossible: Error {
        let reason: String
    }

    init(address text: String, replyToRecipients reply: String) throws {
        (listener, port) = try Self.bound(to: text)
        guard listen(listener, 64) == 0 else { throw NotPossible(reason: String(cString: strerror(errno))) }
        let listener = listener
        Thread { Self.serve(listener, reply) }.start()
    }

    deinit {
        // Ends the thread's accept; it closes the socket.
        shutdown(listener, Int32(SHUT_RDWR))
    }

    /// A port on which nobody listens now.
    static func freePort(of address: String) throws -> Int {
        let (descriptor, port) = try bound(to: address)
        close(descriptor)
        return port
    }

    // MARK: - Private

    private static func bound(to text: String) throws -> (descriptor: Int32, port: Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        inet_pton(AF_INET, text, &address.sin_addr)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                bind(descriptor, raw, length) == 0 && getsockname(descriptor, raw, &length) == 0
            }
        }
        guard isBound else { throw NotPossible(reason: String(cString: strerror(errno))) }
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }

    private static func serve(_ listener: Int32, _ reply: String) {
        defer { close(listener) }
        while true {
            let client = accept(listener, nil, nil)
            guard client >= 0 else { return }
            Thread { converse(client, reply) }.start()
        }
    }

    private static func converse(_ client: Int32, _ reply: String) {
        guard let stream = fdopen(client, "r+") else { return }
        defer { fclose(stream) }
        func say(_ text: String) {
            fputs(text + "\r\n", stream)
            fflush(stream)
        }
        say("220 greylister.example ESMTP")
        var line = [CChar](repeating: 0, count: 1024)
        while fgets(&line, Int32(line.count), stream) != nil {
            let command = String(decoding: line.prefix(4).map { UInt8(bitPattern: $0) }, as: UTF8.self).uppercased()
            // A stream that is read and written must be told when it turns.
            fflush(stream)
            switch command {
            case "RCPT": say(reply)
            case "DATA": say("554 5.5.1 no valid recipients")
            case "QUIT":
                say("221 2.0.0 bye")
                return
            default: say("250 ok")
            }
        }
    }
}
