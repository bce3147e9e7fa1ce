import Foundation

/// A system call that failed: what was tried, on what, and why.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    package let code: Int32
    /// `read`, `create the directory`: fits behind "cannot".
    package let operation: String
    package let path: String

    package init(_ code: Int32, _ operation: String, _ path: String) {
        self.code = code
        self.operation = operation
        self.path = path
    }

    /// The disk or the user's share of it is used up.
    package var isDiskFull: Bool { code == ENOSPC || code == EDQUOT }

    package var description: String { "cannot \(operation) \(path): \(String(cString: strerror(code)))" }
}
