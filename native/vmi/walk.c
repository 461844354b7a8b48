/*
 * walk.c - see walk.h.
 */
#include "walk.h"

#include <xen/errno.h>

#define ENTRY_PRESENT (1ull << 0)
#define ENTRY_LARGE   (1ull << 7)
#define ENTRIES       512
#define ADDRESS       0x000ffffffffff000ull /* bits 12..51 */

/* First bit of a virtual address that a level does not translate. */
static inline unsigned int shift_of(unsigned int level)
{
    return 12 + 9 * (level - 1);
}

static inline unsigned int index_of(uint64_t va, unsigned int level)
{
    return (va >> shift_of(level)) & (ENTRIES - 1);
}

static inline bool canonical(uint64_t va, unsigned int levels)
{
    unsigned int unused = 64 - shift_of(levels + 1);

    return (uint64_t)((int64_t)(va << unused) >> unused) == va;
}

static inline uint64_t reserved_address(const struct walk_paging *paging)
{
    return ADDRESS & ~((1ull << paging->physical_bits) - 1);
}

/* Bits that must be 0 in a present entry of @level. */
static uint64_t reserved_bits(const struct walk_paging *paging,
                              unsigned int level, uint64_t entry)
{
    uint64_t bits = reserved_address(paging);

    if (level >= 4)
        return bits | ENTRY_LARGE;
    if (level > 1 && (entry & ENTRY_LARGE))
        bits |= ((1ull << shift_of(level)) - 1) & ~0x1fffull; /* bit 12 is PAT */
    return bits;
}

static int fail(struct walk *w, int error, const char *fault)
{
    w->fault = fault;
    return error;
}

int walk(const struct walk_paging *paging, const struct walk_memory *memory,
         uint64_t root, uint64_t va, struct walk *w)
{
    uint64_t table = root & ADDRESS;
    unsigned int level = paging->levels;

    w->depth = 0;
    w->level = level;
    w->entry[level] = (struct walk_entry){0};
    if (!canonical(va, level))
        return fail(w, -XEN_EINVAL, "address is not canonical");

    for (;; level--) {
        struct walk_entry *e = &w->entry[level];
        unsigned int index = index_of(va, level);
        int error;

        w->level = level;
        e->location = table + index * sizeof(uint64_t);
        error = memory->table(memory->context, table >> 12, &w->table);
        if (error)
            return fail(w, error, "page table cannot be mapped");
        e->value = w->table[index];
        w->depth++;

        if (!(e->value & ENTRY_PRESENT))
            return fail(w, -XEN_EFAULT, "entry is not present");
        if (e->value & reserved_bits(paging, level, e->value))
            return fail(w, -XEN_EFAULT, "entry has a reserved bit set");
        if (level == 1 || (e->value & ENTRY_LARGE)) {
            uint64_t offset = (1ull << shift_of(level)) - 1;

            w->paddr = (e->value & ADDRESS & ~offset) | (va & offset);
            return 0;
        }
        table = e->value & ADDRESS;
    }
}

/* The rest of a last-level table after the entry that walk() read. */
static size_t take_entries(const struct walk_paging *paging,
                           const struct walk *w, unsigned int index,
                           size_t pages, uint64_t *frames)
{
    uint64_t wrong = reserved_address(paging) | ENTRY_PRESENT;
    size_t room = ENTRIES - index;
    size_t n = pages < room ? pages : room;
    size_t i;

    for (i = 0; i < n; i++) {
        uint64_t entry = w->table[index + i];

        if ((entry & wrong) != ENTRY_PRESENT)
            break;
        frames[i] = (entry & ADDRESS) >> 12;
    }
    return i;
}

/* What is left of the large page that walk() found. */
static size_t take_large(const struct walk *w, size_t pages, uint64_t *frames)
{
    uint64_t size = 1ull << shift_of(w->level);
    size_t room = (size - (w->paddr & (size - 1))) >> 12;
    size_t n = pages < room ? pages : room;
    size_t i;

    for (i = 0; i < n; i++)
        frames[i] = (w->paddr >> 12) + i;
    return n;
}

int walk_range(const struct walk_paging *paging,
               const struct walk_memory *memory, uint64_t root, uint64_t va,
               size_t pages, unsigned int depth, uint64_t *frames,
               size_t *done, struct walk *w)
{
    *done = 0;
    while (*done < pages) {
        uint64_t at = va + (uint64_t)*done * 4096;
        int error = walk(paging, memory, root, at, w);

        if (error)
            return error;
        if (depth && w->depth != depth)
            return fail(w, -XEN_ERANGE, "page has another size than expected");

        if (w->level > 1) {
            *done += take_large(w, pages - *done, frames + *done);
            continue;
        }
        /* The entry that walk() read, then its neighbours. */
        frames[*done] = w->paddr >> 12;
        *done += 1;
        if (*done < pages && index_of(at, 1) + 1 < ENTRIES)
            *done += take_entries(paging, w, index_of(at, 1) + 1, pages - *done,
                                  frames + *done);
    }
    return 0;
}
