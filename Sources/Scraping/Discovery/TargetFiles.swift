import Foundation
import PostwatchModel
import PostwatchRuntime

/// Targets that stand in files, which are read again when they change.
struct TargetFiles: TargetDiscovering {
    /// How often the files that are there are looked at; reading happens only when one has changed.
    private static let glance = Duration.seconds(5)

    let configuration: DiscoveryConfiguration.Files
    let world: World
    let faults: DiscoveryFaults

    private struct Stamp: Hashable {
        let modified: Int64
        let nanoseconds: Int
        let size: Int64
        let inode: UInt64
    }

    func run(_ found: @Sendable ([TargetGroup]) -> Void) async {
        var known: [String: (stamp: Stamp?, groups: [TargetGroup], fault: String?)] = [:]
        var isFirst = true
        while !Task.isCancelled {
            let paths = configuration.patterns.flatMap(Self.paths)
            var hasChanged = isFirst
            for path in known.keys where !paths.contains(path) {
                known[path] = nil
                faults.note(path, nil)
                hasChanged = true
            }
            for path in Set(paths) {
                let stamp = Self.stamp(of: path)
                if let old = known[path], old.stamp == stamp {
                    if let fault = old.fault { faults.note(path, fault, isAttempt: false) }
                    continue
                }
                switch read(path) {
                case .success(let groups):
                    known[path] = (stamp, groups, nil)
                    faults.note(path, nil)
                case .failure(let fault):
                    // What it held before stays.
                    known[path] = (stamp, known[path]?.groups ?? [], fault.description)
                    faults.note(path, fault.description)
                }
                hasChanged = true
            }
            if hasChanged { found(known.sorted { $0.key < $1.key }.flatMap(\.value.groups)) }
            isFirst = false
            guard (try? await world.clock.sleep(for: min(configuration.interval, Self.glance))) != nil else { return }
        }
    }

    // MARK: - Private

    /// The file cannot be used.
    private struct Unusable: Error {
        let description: String
    }

    private func read(_ path: String) -> Result<[TargetGroup], Unusable> {
        do throws(ConfigurationFaults) {
            guard let groups = TargetGroup.list(try ConfigurationFile.load(path)) else {
                return .failure(Unusable(description: "a list of sections with targets and labels was expected"))
            }
            return .success(
                groups.map { group in
                    var group = group
                    group.labels["__meta_filepath"] = path
                    return group
                })
        } catch {
            return .failure(Unusable(description: error.description))
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
