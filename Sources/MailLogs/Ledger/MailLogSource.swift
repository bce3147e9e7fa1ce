/// Who wrote a line: an instance of Postfix on a host. A queue id means something there only.
struct MailLogSource: Hashable, Sendable {
    /// Numbers of `NameTable`s.
    let host: Int
    let instance: Int

    @inline(__always)
    init(host: Int, instance: Int) {
        self.host = host
        self.instance = instance
    }

    init(number: UInt32) {
        self.init(host: Int(number >> 8), instance: Int(number & 0xFF))
    }

    @inline(__always)
    var number: UInt32 { UInt32(truncatingIfNeeded: host &<< 8 | instance & 0xFF) }
}
