#ifndef CRE2_H
#define CRE2_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// RE2 for languages that do not speak C++. All texts are UTF-8 with a length; none needs to end with a zero.

/// A compiled expression. It never changes, so any number of threads may match with it at once.
typedef struct CRE2Pattern CRE2Pattern;

/// Where a group matched, in bytes of the text; `start` is -1 for a group that took no part in the match.
typedef struct {
    ptrdiff_t start;
    ptrdiff_t end;
} CRE2Span;

/// NULL when `source` is no expression; `reason` then holds why, cut to `reasonCapacity` and ended by a zero.
/// With `dotMatchesNewline` a dot matches every character. `memoryLimit` bounds the compiled program and its caches, in bytes.
CRE2Pattern *cre2_compile(const char *source, size_t length, bool dotMatchesNewline, size_t memoryLimit, char *reason,
                          size_t reasonCapacity);

void cre2_free(CRE2Pattern *pattern);

/// How many groups the expression has, the whole match not counted.
int cre2_group_count(const CRE2Pattern *pattern);

/// The number of the group `name`, or -1.
int cre2_group_number(const CRE2Pattern *pattern, const char *name, size_t length);

/// The first match at or after the byte `from`, or with `whole` a match of all that is left. `spans` gets the first `spanCount` groups, the
/// whole match as the first of them; it may be NULL for 0, which is a good deal faster.
bool cre2_match(const CRE2Pattern *pattern, const char *text, size_t length, size_t from, bool whole, CRE2Span *spans, int spanCount);

#ifdef __cplusplus
}
#endif

#endif
