/// One mistake in a configuration or rule file: where, what was found, and what to write instead.
public struct ConfigurationFault: Error, Hashable, Sendable, CustomStringConvertible {
    public let file: String
    /// Counts from 1.
    public let line: Int
    /// `journeys[2].interval`
    public let path: String
    public let found: String
    public let write: String

    public init(file: String, line: Int, path: String, found: String, write: String) {
        self.file = file
        self.line = line
        self.path = path
        self.found = found
        self.write = write
    }

    /// `postwatch.yml:12: journeys[2].interval: found "often"; write a duration such as 30s`
    public var description: String {
        "\(file):\(line): \(path.isEmpty ? "" : path + ": ")found \(found); write \(write)"
    }
}

/// Everything that is wrong with a configuration, in the order of the files.
public struct ConfigurationFaults: Error, Hashable, Sendable, CustomStringConvertible {
    public let faults: [ConfigurationFault]

    public init(_ faults: [ConfigurationFault]) {
        self.faults = faults
    }

    public var description: String { faults.map(\.description).joined(separator: "\n") }
}
