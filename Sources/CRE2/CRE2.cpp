#include "CRE2.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include <re2/re2.h>

struct CRE2Pattern {
    const re2::RE2 expression;
};

CRE2Pattern *cre2_compile(const char *source, size_t length, bool dotMatchesNewline, size_t memoryLimit, char *reason,
                          size_t reasonCapacity) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_dot_nl(dotMatchesNewline);
    options.set_max_mem(static_cast<int64_t>(memoryLimit));
    auto *pattern = new CRE2Pattern{{re2::StringPiece(source, length), options}};
    if (pattern->expression.ok()) return pattern;
    if (reasonCapacity > 0) {
        const std::string &error = pattern->expression.error();
        const size_t count = std::min(error.size(), reasonCapacity - 1);
        std::memcpy(reason, error.data(), count);
        reason[count] = 0;
    }
    delete pattern;
    return nullptr;
}

void cre2_free(CRE2Pattern *pattern) { delete pattern; }

int cre2_group_count(const CRE2Pattern *pattern) { return pattern->expression.NumberOfCapturingGroups(); }

int cre2_group_number(const CRE2Pattern *pattern, const char *name, size_t length) {
    const auto &groups = pattern->expression.NamedCapturingGroups();
    const auto found = groups.find(std::string(name, length));
    return found == groups.end() ? -1 : found->second;
}

bool cre2_match(const CRE2Pattern *pattern, const char *text, size_t length, size_t from, bool whole, CRE2Span *spans, int spanCount) {
    const auto anchor = whole ? re2::RE2::ANCHOR_BOTH : re2::RE2::UNANCHORED;
    const re2::StringPiece piece(text, length);
    if (spanCount == 0) return pattern->expression.Match(piece, from, length, anchor, nullptr, 0);
    std::vector<re2::StringPiece> groups(spanCount);
    if (!pattern->expression.Match(piece, from, length, anchor, groups.data(), spanCount)) return false;
    for (int index = 0; index < spanCount; index++) {
        const re2::StringPiece &group = groups[index];
        // A group that took no part points nowhere; one that matched nothing points into the text.
        spans[index] = group.data() == nullptr ? CRE2Span{-1, -1} : CRE2Span{group.data() - text, group.data() - text + ptrdiff_t(group.size())};
    }
    return true;
}
