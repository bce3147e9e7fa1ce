#include <libxml/xmlversion.h>
/* Its headers of ICU are not needed, and are others than Foundation's. */
#undef LIBXML_ICU_ENABLED
#include <libxml/HTMLparser.h>
#include <libxml/HTMLtree.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

/* xmlFree is a variable, which Swift takes for shared mutable state. */
static inline void cxml2_free(void *pointer) { xmlFree(pointer); }
