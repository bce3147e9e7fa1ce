/// The form in which a message travels behind DATA. Source: RFC 5321, section 4.5.2.
public enum DotStuffing {
    /// The message with CRLF line ends, leading dots doubled, and the final line of one dot.
    /// A lone CR or LF ends a line too: a server must never see another line end than we do.
    public static func encode(_ message: some Sequence<UInt8>) -> [UInt8] {
        let carriageReturn = UInt8(ascii: "\r")
        let lineFeed = UInt8(ascii: "\n")
        let dot = UInt8(ascii: ".")
        var encoded: [UInt8] = []
        var isLineStart = true
        var previous: UInt8 = 0
        for byte in message {
            defer { previous = byte }
            if byte == lineFeed && previous == carriageReturn { continue }
            if byte == carriageReturn || byte == lineFeed {
                encoded += [carriageReturn, lineFeed]
                isLineStart = true
                continue
            }
            if byte == dot && isLineStart { encoded.append(dot) }
            encoded.append(byte)
            isLineStart = false
        }
        if !isLineStart { encoded += [carriageReturn, lineFeed] }
        return encoded + [dot, carriageReturn, lineFeed]
    }
}
