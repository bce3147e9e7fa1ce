import CMalloc

/// How the C library keeps the memory of this process.
public enum ProcessMemory {
    /// Asks it to give back what is free, rather than to keep it for the next time. For a process that must stay small beside others and
    /// whose largest needs come and go, such as an agent that lists a queue: without this each thread keeps what the largest round took.
    /// Source: mallopt(3).
    public static func giveBackSoon() {
        // Large pieces go back at once; by itself the library would raise this to the largest that it ever saw.
        mallopt(malloc_mmap_threshold, 128 << 10)
        mallopt(malloc_trim_threshold, 128 << 10)
        // Not one heap for each thread.
        mallopt(malloc_arena_max, 2)
    }
}
