import Foundation

/// A directory of its own for one test. Removed when the process ends, since a store may outlive the last use of this value.
public final class TestDirectory: Sendable {
    public let path: String

    public init() {
        var template = Array("/tmp/postwatch-test-XXXXXX".utf8CString)
        path = template.withUnsafeMutableBufferPointer { buffer in
            guard let made = buffer.baseAddress.flatMap({ mkdtemp($0) }) else { preconditionFailure("no temporary directory") }
            return String(cString: made)
        }
        _ = Self.cleaning
        Self.made.withLock { $0.append(path) }
    }

    private static let made = Shared<[String]>([])
    private static let cleaning: Int32 = atexit {
        for path in TestDirectory.made.value { try? FileManager.default.removeItem(atPath: path) }
    }

    public var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }

    public func bytes(of name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")))
    }

    public func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
    }

    /// What a process that is killed now would leave behind.
    public func snapshot() throws -> TestDirectory {
        let copy = TestDirectory()
        for name in names where name != "lock" {
            try FileManager.default.copyItem(atPath: "\(path)/\(name)", toPath: "\(copy.path)/\(name)")
        }
        return copy
    }
}
