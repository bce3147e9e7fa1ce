import Crypto
import Foundation
import Journeys

/// The key by which this installation recognises its own probe messages, and touches no others.
enum ProbeKey {
    /// The file that several installations share is none.
    struct Unusable: Error, Hashable, CustomStringConvertible {
        let path: String

        var description: String {
            "probe_key_file: \(path) holds no key that this user can read; copy probe.key (32 bytes) from the server's data directory"
        }
    }

    /// Reads the key of a file that several installations share. Throws `Unusable`.
    static func shared(in path: String) throws(Unusable) -> ProbeSigningKey {
        guard let key = stored(at: path) else { throw Unusable(path: path) }
        return key
    }

    /// Reads the key of a data directory, or makes one there that only this user can read.
    static func load(from directory: String) throws -> ProbeSigningKey {
        if let stored = stored(in: directory) { return stored }
        let path = path(in: directory)
        let bytes = fresh()
        guard FileManager.default.createFile(atPath: path, contents: Data(bytes), attributes: [.posixPermissions: 0o600]) else {
            throw CocoaError(.fileWriteNoPermission, userInfo: [NSFilePathErrorKey: path])
        }
        return ProbeSigningKey(bytes)
    }

    /// The key for one command: that of a server's data directory, so that the server removes what the command had to leave behind;
    /// where there is none, one that nobody else knows.
    static func forCommand(dataDirectory: String) -> ProbeSigningKey {
        stored(in: dataDirectory) ?? ProbeSigningKey(fresh())
    }

    // MARK: - Private

    private static func path(in directory: String) -> String { directory + "/probe.key" }

    private static func stored(in directory: String) -> ProbeSigningKey? {
        stored(at: path(in: directory))
    }

    private static func stored(at path: String) -> ProbeSigningKey? {
        FileManager.default.contents(atPath: path).flatMap { $0.count == 32 ? ProbeSigningKey($0) : nil }
    }

    private static func fresh() -> [UInt8] {
        SymmetricKey(size: .bits256).withUnsafeBytes(Array.init)
    }
}
