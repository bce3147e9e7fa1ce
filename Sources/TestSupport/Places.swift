import Foundation

/// Where things lie: the repository, and the program under test.
package enum Places {
    package static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// `postwatch`, built beside the test bundle.
    package static let program: URL = {
        let bundle = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        return bundle.deletingLastPathComponent().appendingPathComponent("postwatch")
    }()

    package static func testbed(_ script: String) -> String {
        repository.appendingPathComponent("testbed/\(script)").path
    }
}
