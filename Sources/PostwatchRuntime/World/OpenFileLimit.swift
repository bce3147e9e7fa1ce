import Glibc

/// How many files and connections this process may have open at once.
public enum OpenFileLimit {
    /// Nobody has more connections than this.
    private static let most: rlim_t = 1 << 20

    /// Takes as many as the administrator allows. What a process gets without asking, 1,024 as a rule, is for programs that use select(2);
    /// thousands of journeys against servers that do not answer need more. Source: getrlimit(2), systemd.exec(5) on `LimitNOFILE`.
    public static func raise() {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(resource, &limit) == 0 else { return }
        let wanted = min(limit.rlim_max, most)
        guard limit.rlim_cur < wanted else { return }
        limit.rlim_cur = wanted
        setrlimit(resource, &limit)
    }
}
