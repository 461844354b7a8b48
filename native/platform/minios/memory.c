/*
 * memory.c - the introspector's own memory, from Mini-OS's allocators.
 *
 * Mini-OS allocates pages by powers of two and bytes without alignment worth
 * relying on. Both are put right here.
 */
#include "internal.h"

#include <mini-os/lib.h>
#include <mini-os/mm.h>
#include <mini-os/xmalloc.h>

#define ALIGNMENT 16

/* The address that malloc() gave is kept in the word below the result. */
void *plat_alloc(size_t bytes)
{
    size_t all = bytes + ALIGNMENT + sizeof(void *);
    void **result;
    char *raw;

    if (all < bytes)
        return NULL;
    raw = malloc(all);
    if (!raw)
        return NULL;
    memset(raw, 0, all);
    result = (void **)(((uintptr_t)raw + sizeof(void *) + ALIGNMENT - 1) &
                       ~(uintptr_t)(ALIGNMENT - 1));
    result[-1] = raw;
    return result;
}

void plat_free(void *ptr)
{
    if (ptr)
        free(((void **)ptr)[-1]);
}

void *plat_alloc_pages(size_t pages)
{
    size_t order_pages;
    char *start;
    int order;

    if (!pages || pages > 1UL << 28)
        return NULL;
    order = get_order(pages << PAGE_SHIFT);
    order_pages = 1UL << order;
    start = (char *)alloc_pages(order);
    if (!start)
        return NULL;
    plat_free_pages(start + (pages << PAGE_SHIFT), order_pages - pages);
    memset(start, 0, pages << PAGE_SHIFT);
    return start;
}

void plat_free_pages(void *ptr, size_t pages)
{
    for (size_t i = 0; i < pages; i++)
        free_page((char *)ptr + (i << PAGE_SHIFT));
}
