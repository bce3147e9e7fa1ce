// Glibc's Swift module does not have <malloc.h>. What it defines as negative macros comes as constants.
#include <malloc.h>

static const int malloc_trim_threshold = M_TRIM_THRESHOLD;
static const int malloc_mmap_threshold = M_MMAP_THRESHOLD;
static const int malloc_arena_max = M_ARENA_MAX;
