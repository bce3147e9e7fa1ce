import Foundation

/// Damage to one file.
enum Damage {
    static func flip(_ offsets: some Sequence<Int>, of path: String) throws {
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        for offset in offsets where offset < bytes.count { bytes[bytes.startIndex + offset] ^= 0x55 }
        try bytes.write(to: URL(fileURLWithPath: path))
    }

    static func cut(_ path: String, to length: Int) throws {
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.truncate(atOffset: UInt64(length))
        try file.close()
    }

    static func size(of path: String) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    }
}
