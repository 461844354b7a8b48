/*
 * xmalloc.h - memory in bytes, aligned to at least 16.
 */
#ifndef MINIOS_XMALLOC_H
#define MINIOS_XMALLOC_H

#include <stddef.h>

/* NULL when there is no memory. free(NULL) does nothing. */
void *malloc(size_t size);
void free(void *ptr);

/* free() under Mini-OS's own name. */
void xfree(const void *ptr);

#endif
