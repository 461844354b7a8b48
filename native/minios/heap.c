/*
 * heap.c - memory in bytes: a list of free blocks, first fit, merged when freed.
 *
 * Every block starts with its size. Free blocks are linked in the order of their
 * addresses. The list grows by whole pages, which are not given back: what is
 * asked for here are strings of xenstore and a few long-lived structures.
 */
#include <mini-os/mm.h>
#include <mini-os/xmalloc.h>

struct block {
    size_t size; /* bytes, with this header; a multiple of GRAIN */
    struct block *next;
};

#define GRAIN sizeof(struct block)

_Static_assert(GRAIN == 16, "what malloc returns is aligned to 16");

static struct block *free_list;

static struct block *end_of(struct block *b)
{
    return (struct block *)((char *)b + b->size);
}

static void insert(struct block *b)
{
    struct block **link = &free_list;
    struct block *before = NULL;

    while (*link && *link < b) {
        before = *link;
        link = &before->next;
    }
    b->next = *link;
    *link = b;
    if (b->next == end_of(b)) {
        b->size += b->next->size;
        b->next = b->next->next;
    }
    if (before && end_of(before) == b) {
        before->size += b->size;
        before->next = b->next;
    }
}

static struct block *take(size_t size)
{
    for (struct block **link = &free_list; *link; link = &(*link)->next) {
        struct block *b = *link;

        if (b->size < size)
            continue;
        if (b->size == size) {
            *link = b->next;
        } else {
            struct block *rest = (struct block *)((char *)b + size);

            rest->size = b->size - size;
            rest->next = b->next;
            *link = rest;
            b->size = size;
        }
        return b;
    }
    return NULL;
}

static int grow(size_t size)
{
    int order = get_order(size);
    struct block *b = (struct block *)alloc_pages(order);

    if (!b)
        return -1;
    b->size = PAGE_SIZE << order;
    insert(b);
    return 0;
}

void *malloc(size_t size)
{
    struct block *b;

    if (size > (1UL << 40))
        return NULL;
    size = (size + 2 * GRAIN - 1) & ~(GRAIN - 1);
    b = take(size);
    if (!b && !grow(size))
        b = take(size);
    return b ? b + 1 : NULL;
}

void free(void *ptr)
{
    if (ptr)
        insert((struct block *)ptr - 1);
}

void xfree(const void *ptr)
{
    free((void *)ptr);
}
