import MailWire

/// What a parser makes of bytes: its replies, and the fault that ended them.
public struct ReplyReading<Reply: Equatable>: Equatable {
    public private(set) var replies: [Reply] = []
    public private(set) var fault: WireFault?

    /// Feeds a new parser with the pieces, one after the other.
    public init<Parser: ReplyParsing>(of pieces: [ArraySlice<UInt8>], by _: Parser.Type) where Parser.Reply == Reply {
        var parser = Parser()
        for piece in pieces {
            parser.append(piece)
            do throws(WireFault) {
                while let reply = try parser.next() { replies.append(reply) }
            } catch {
                fault = error
                do throws(WireFault) {
                    _ = try parser.next()
                    preconditionFailure("a parser went on after a fault")
                } catch {
                    precondition(error == fault, "a parser had another fault after its first")
                }
                return
            }
        }
    }

    /// Reads the bytes behind the first one whole, byte by byte, and in two pieces, cut where the first byte says. Stops when it makes a
    /// difference how they were cut.
    public init<Parser: ReplyParsing>(checking input: UnsafeRawBufferPointer, by parser: Parser.Type) where Parser.Reply == Reply {
        let bytes = Array(input.dropFirst())
        let cut = bytes.isEmpty ? 0 : Int(input[0]) * bytes.count / 256
        self.init(of: [bytes[...]], by: parser)
        precondition(self == ReplyReading(of: [bytes[..<cut], bytes[cut...]], by: parser), "a reply depends on how its bytes were cut")
        let single = bytes.indices.map { bytes[$0...$0] }
        precondition(self == ReplyReading(of: single, by: parser), "a reply depends on how its bytes were cut")
    }
}
