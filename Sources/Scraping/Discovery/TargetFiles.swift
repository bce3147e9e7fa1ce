import Foundation
import PostwatchModel
import PostwatchRuntime

/// Targets that stand in files, which are read again when they change.
struct TargetFiles: TargetDiscovering {
    /// How often the files that are there are looked at; reading happens only when one has changed.
    private static let glance = Duration.seconds(5)

    let configuration: DiscoveryConfiguration.Files
    let world: World
    let failed: @Sendable (_ place: String, _ reason: String) -> Void

    private struct Stamp: Hashable {
        let modified: Int64
        let nanoseconds: Int
        let size: Int64
        let inode: UInt64
    }

    func run(_ found: @Sendable ([TargetGroup]) -> Void) async {
        var known: [String: (stamp: Stamp?, groups: [TargetGroup])] = [:]
        var isFirst = true
        while !Task.isCancelled {
            let paths = configuration.patterns.flatMap(Self.paths)
            var hasChanged = isFirst
            for path in known.keys where !paths.contains(path) {
                known[path] = nil
                hasChanged = true
            }
            for path in Set(paths) {
                let stamp = Self.stamp(of: path)
                if let old = known[path], old.stamp == stamp { continue }
                let groups = read(path)
                known[path] = (stamp, groups ?? known[path]?.groups ?? [])
                hasChanged = true
            }
            if hasChanged { found(known.sorted { $0.key < $1.key }.flatMap(\.value.groups)) }
            isFirst = false
            guard (try? await world.clock.sleep(for: min(configuration.interval, Self.glance))) != nil else { return }
        }
    }

    // MARK: - Private

    /// `nil` when it cannot be used: what it held before stays.
    private func read(_ path: String) -> [TargetGroup]? {
        do throws(ConfigurationFaults) {
            guard let groups = TargetGroup.list(try ConfigurationFile.load(path)) else {
                failed(path, "a list of sections with targets and labels was expected")
                return nil
            }
            return groups.map { group in
                var group = group
                group.labels["__meta_filepath"] = path
                return group
            }
        } catch {
            failed(path, error.description)
            return nil
        }
    }

    private static func paths(matching pattern: String) -> [String] {
        var result = glob_t()
        defer { globfree(&result) }
        guard glob(pattern, 0, nil, &result) == 0 else { return [] }
        return (0..<Int(result.gl_pathc)).compactMap { index in result.gl_pathv[index].map { String(cString: $0) } }
    }

    private static func stamp(of path: String) -> Stamp? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        #if canImport(Glibc)
            let modified = status.st_mtim
        #else
            let modified = status.st_mtimespec
        #endif
        return Stamp(
            modified: Int64(modified.tv_sec), nanoseconds: modified.tv_nsec, size: Int64(status.st_size), inode: UInt64(status.st_ino))
    }
}
