// Inlined: keys of a hundred bytes are hashed ten thousand times per request.
#define XXH_INLINE_ALL
#include <xxhash.h>

// The functions of xxhash.h carry other names when they are inlined.
static inline XXH64_hash_t xxh3_64bits(const void *data, size_t length) { return XXH3_64bits(data, length); }

static inline XXH64_hash_t xxh3_64bits_seeded(const void *data, size_t length, XXH64_hash_t seed) {
    return XXH3_64bits_withSeed(data, length, seed);
}
