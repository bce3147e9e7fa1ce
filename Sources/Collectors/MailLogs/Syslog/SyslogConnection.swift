/// One TCP connection of somebody who sends lines.
struct SyslogConnection {
    let descriptor: OwnedDescriptor
    var framing = SyslogFraming()
    /// What was read and is no whole line yet. At most `SyslogFraming.longestRest` bytes.
    var rest: [UInt8] = []
    /// Rises with each look at which it had something.
    var lastHeard: UInt64
}
