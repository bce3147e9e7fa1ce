import MailWire

/// What a parser makes of bytes that come in the given pieces: its replies, and the fault that ended them.
struct Reading<Reply: Equatable>: Equatable {
    var replies: [Reply] = []
    var fault: WireFault?

    init<Parser: ReplyParsing>(_ parser: Parser, _ pieces: [[UInt8]]) where Parser.Reply == Reply {
        var parser = parser
        for piece in pieces {
            parser.append(piece)
            do throws(WireFault) {
                while let reply = try parser.next() { replies.append(reply) }
            } catch {
                fault = error
                return
            }
        }
    }
}

/// Every way of cutting bytes in two, and byte by byte.
func splits(of text: String) -> [[[UInt8]]] {
    let bytes = Array(text.utf8)
    return bytes.indices.map { [Array(bytes[..<$0]), Array(bytes[$0...])] } + [bytes.map { [$0] }]
}
