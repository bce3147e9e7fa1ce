import Glibc
import PostwatchRuntime
import Testing

@Suite struct OpenFileLimitTests {
    private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

    @Test("A process takes as many files as it is allowed to")
    func raised() throws {
        var limit = rlimit()
        try #require(getrlimit(Self.resource, &limit) == 0)
        let before = limit
        defer {
            var before = before
            setrlimit(Self.resource, &before)
        }
        limit.rlim_cur = min(limit.rlim_cur, limit.rlim_max) - 1
        try #require(setrlimit(Self.resource, &limit) == 0)
        OpenFileLimit.raise()
        #expect(getrlimit(Self.resource, &limit) == 0)
        #expect(limit.rlim_cur == min(limit.rlim_max, 1 << 20))
    }
}
