// Glibc's Swift module does not have <malloc.h>. What it defines as negative macros comes as constants.
#include <malloc.h>

static const int malloc_trim_threshold = M_TRIM_THRESHOLD;
static const int malloc_mmap_threshold = M_MMAP_THRESHOLD;
static const int malloc_arena_max = M_ARENA_MAX;

// Where the linker put the program: its code, and what stands in the file before it. Never written to.
static inline const char *program_start(void) {
    extern const char __executable_start[];
    return __executable_start;
}
static inline const char *program_code_end(void) {
    extern const char etext[];
    return etext;
}
