import CMalloc
import Glibc

/// What this process keeps of the memory that it once needed.
public enum ProcessMemory {
    /// Asks the C library to give back what is free, rather than to keep it for the next time. For a process that must stay small beside
    /// others and whose largest needs come and go, such as an agent that lists a queue: without this each thread keeps what the largest
    /// round took. Source: mallopt(3).
    public static func giveBackSoon() {
        // Large pieces go back at once; by itself the library would raise this to the largest that it ever saw.
        mallopt(malloc_mmap_threshold, 128 << 10)
        mallopt(malloc_trim_threshold, 128 << 10)
        // Not one heap for each thread.
        mallopt(malloc_arena_max, 2)
    }

    /// Lets go of the pages of the program's own code: most of those that were used until now were only to start. What is used again comes
    /// back from the page cache, which has it still. To be called when all has been done that is done once; breakpoints
    /// that a debugger set before are gone. Source: madvise(2).
    public static func forgetStart() {
        let pageSize = UInt(sysconf(Int32(_SC_PAGESIZE)))
        let start = (UInt(bitPattern: program_start()) + pageSize - 1) / pageSize * pageSize
        let end = UInt(bitPattern: program_code_end()) / pageSize * pageSize
        // Whole pages of code alone: what stands beside it may have been written to. To fail would cost memory and nothing else.
        if start < end { madvise(UnsafeMutableRawPointer(bitPattern: start), Int(end - start), MADV_DONTNEED) }
    }
}
