import Glibc

/// What came as one message though it has several lines.
enum OneLine {
    /// Puts a blank in place of every line end.
    static func joinLines(in bytes: UnsafeMutableRawBufferPointer) {
        var start = 0
        while start < bytes.count, let base = bytes.baseAddress, let found = memchr(base + start, 10, bytes.count - start) {
            found.storeBytes(of: UInt8(ascii: " "), as: UInt8.self)
            start = found - base + 1
        }
    }
}
