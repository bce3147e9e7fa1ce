/// One message of syslog whose length is known otherwise than by a line end.
enum SyslogMessage {
    /// Without what some senders put behind it, and in one line.
    static func cleaned(_ bytes: UnsafeMutableRawBufferPointer) -> UnsafeMutableRawBufferPointer {
        var end = bytes.count
        while end > 0, bytes[end - 1] == 10 || bytes[end - 1] == 13 || bytes[end - 1] == 0 { end -= 1 }
        let message = UnsafeMutableRawBufferPointer(rebasing: bytes[..<end])
        OneLine.joinLines(in: message)
        return message
    }
}
