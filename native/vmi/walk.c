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

/* Bits that must be 0 in an entry of @level which maps a page, beside address bits. */
static inline uint64_t reserved_in_page(unsigned int level)
{
    if (level > 3)
        return ENTRY_LARGE; /* there is no such page */
    return ((1ull << shift_of(level)) - 1) & ~0x1fffull; /* bit 12 is PAT */
}

static int fail(struct walk *w, int error, const char *fault)
{
    w->fault = fault;
    return error;
}

int walk(const struct walk_paging *paging, const struct walk_memory *memory,
         uint64_t root, uint64_t va, struct walk *w)
{
    uint64_t reserved = reserved_address(paging);
    uint64_t table = root & ADDRESS;
    unsigned int level = paging->levels;

    w->depth = 0;
    w->level = level;
    w->entry[level] = (struct walk_entry){0};
    if (!canonical(va, level))
        return fail(w, -XEN_EINVAL, "address is not canonical");

    for (;; level--) {
        unsigned int index = index_of(va, level);
        uint64_t value;
        bool page;
        int error;

        w->level = level;
        w->entry[level].location = table + index * sizeof(uint64_t);
        error = memory->table(memory->context, table >> 12, &w->table);
        if (error) {
            w->entry[level].location = 0; /* nothing was read there */
            w->paddr = table;
            return fail(w, error, "page table cannot be mapped");
        }
        value = w->table[index];
        w->entry[level].value = value;
        w->depth++;

        page = level == 1 || (value & ENTRY_LARGE);
        if (!(value & ENTRY_PRESENT))
            return fail(w, -XEN_EFAULT, "entry is not present");
        if ((value & reserved) || (page && (value & reserved_in_page(level))))
            return fail(w, -XEN_EFAULT, "entry has a reserved bit set");
        table = value & ADDRESS;
        if (page) {
            uint64_t offset = (1ull << shift_of(level)) - 1;

            w->paddr = (table & ~offset) | (va & offset);
            return 0;
        }
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
