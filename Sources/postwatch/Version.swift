import PostwatchApp

/// The release that this program is.
enum Version {
    static let current = PostwatchVersion.current
}
