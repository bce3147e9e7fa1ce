#include <libxml/HTMLparser.h>
#include <libxml/HTMLtree.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

/* xmlFree is a variable, which Swift takes for shared mutable state. */
static inline void cxml2_free(void *pointer) { xmlFree(pointer); }
