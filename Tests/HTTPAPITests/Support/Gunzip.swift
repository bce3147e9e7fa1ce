import Foundation

/// Unpacks what was compressed, with a program that is none of ours.
enum Gunzip {
    struct Fault: Error {}

    static func text(of bytes: [UInt8]) throws -> String {
        String(decoding: try Self.bytes(of: bytes), as: UTF8.self)
    }

    static func bytes(of bytes: [UInt8]) throws -> [UInt8] {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).gz")
        try Data(bytes).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let program = Process()
        program.executableURL = URL(fileURLWithPath: "/bin/gzip")
        program.arguments = ["-dc", file.path]
        let output = Pipe()
        program.standardOutput = output
        try program.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        program.waitUntilExit()
        guard program.terminationStatus == 0 else { throw Fault() }
        return Array(data)
    }
}
