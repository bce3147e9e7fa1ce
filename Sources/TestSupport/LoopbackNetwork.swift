import Foundation

/// The addresses of the loopback that this process has for its tests, and no other test process of this machine: several checkouts may run
/// their tests at once, with servers on the ports that each test knows.
package enum LoopbackNetwork {
    /// Their second number, and what a port is to be told apart by where the address cannot be. 100 ... 199.
    package static let number = claimed()
    /// What they begin with: `127.100`.
    package static let prefix = "127.\(number)"

    // MARK: - Private

    /// The first whose file nobody has locked. The lock ends with this process; programs that it starts do not inherit it.
    private static func claimed() -> Int {
        for number in 100...199 {
            let file = open("/tmp/postwatch-test-network-\(number)", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            // It is another user's.
            guard file >= 0 else { continue }
            if flock(file, LOCK_EX | LOCK_NB) == 0 { return number }
            close(file)
        }
        preconditionFailure("a hundred test processes run on this machine; end some")
    }
}
