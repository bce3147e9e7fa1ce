import Foundation
import PostwatchModel
import PostwatchRuntime
import Rules

/// Finds and reads rule files.
public enum RuleFiles {
    /// Reads every file that a pattern of `rule_files` matches. A pattern without a match is a fault: a rule that is not there never fires.
    static func load(matching patterns: [String], namedIn file: String) -> (groups: [RuleGroup], faults: [ConfigurationFault]) {
        var groups: [RuleGroup] = []
        var faults: [ConfigurationFault] = []
        for pattern in patterns {
            let paths = expand(pattern)
            if paths.isEmpty {
                faults.append(
                    ConfigurationFault(
                        file: file, line: 1, path: "rule_files", found: "no file that matches \(pattern)", write: "the path of a rule file")
                )
            }
            for path in paths {
                do {
                    groups += try load(path)
                } catch {
                    faults += error.faults
                }
            }
        }
        return (groups, faults)
    }

    /// Reads one file. Throws every fault in it.
    public static func load(_ path: String) throws(ConfigurationFaults) -> [RuleGroup] {
        try RuleFile.read(try ConfigurationFile.load(path), file: path).groups
    }

    // MARK: - Private

    private static func expand(_ pattern: String) -> [String] {
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(pattern, 0, nil, &found) == 0 else { return [] }
        return (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
    }
}
