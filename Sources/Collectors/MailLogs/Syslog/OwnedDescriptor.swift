import Glibc

/// A descriptor of the system, closed with its last use.
final class OwnedDescriptor: Sendable {
    let number: Int32

    /// `nil` when a system call failed to make one; `errno` tells why.
    init?(_ number: Int32) {
        self.number = number
        if number < 0 { return nil }
    }

    deinit {
        if number >= 0 { close(number) }
    }
}
