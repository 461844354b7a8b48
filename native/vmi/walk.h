/*
 * walk.h - the page-table walk of amd64's long mode.
 *
 * AMD64 Architecture Programmer's Manual, volume 2, chapter 5 ("Page Translation
 * and Protection"); Intel SDM, volume 3, section 4.5 (4-level and 5-level
 * paging). Knows neither Xen nor a platform: whoever calls it brings the memory.
 *
 * A walk reads at most as many entries as the paging has levels, so a table that
 * points back at itself ends like any other (recursive mappings are legal).
 */
#ifndef VMI_WALK_H
#define VMI_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WALK_LEVELS_MAX 5

struct walk_paging {
    unsigned int levels;        /* 4 or 5 */
    unsigned int physical_bits; /* address bits from here to 51 are reserved */
};

/*
 * Gives the 512 entries of the table in @frame, valid until the next call: 0 or
 * a negative errno.
 */
typedef int walk_table_fn(void *context, uint64_t frame,
                          const volatile uint64_t **table);

struct walk_memory {
    walk_table_fn *table;
    void *context;
};

struct walk_entry {
    uint64_t location; /* physical address of the entry */
    uint64_t value;
};

struct walk {
    struct walk_entry entry[WALK_LEVELS_MAX + 1]; /* by level: 1 the last, 5 the first of five */
    unsigned int depth;                   /* how many entries were read */
    unsigned int level;                   /* where it ended: 1 4 KiB, 2 2 MiB, 3 1 GiB page */
    uint64_t paddr;                       /* or of the table that could not be mapped */
    const volatile uint64_t *table;       /* the last table, valid as walk_table_fn says */
    const char *fault;                    /* why it failed, in a few words */
};

/*
 * Translates @va in the address space of @root, CR3's value. 0; -XEN_EINVAL for
 * an address that is not canonical; -XEN_EFAULT for an entry that is not present
 * or has a reserved bit set; or the errno of @memory. @w tells how far it came;
 * its entries of levels that were not read are left as they were.
 */
int walk(const struct walk_paging *paging, const struct walk_memory *memory,
         uint64_t root, uint64_t va, struct walk *w);

/*
 * Translates @pages consecutive 4 KiB units from @va, which is page aligned,
 * reading entries of one last-level table in a row. @depth, when not 0, is the
 * depth that every walk must have (-XEN_ERANGE). On failure *done units of
 * @frames are good, and @w is the walk that failed.
 */
int walk_range(const struct walk_paging *paging,
               const struct walk_memory *memory, uint64_t root, uint64_t va,
               size_t pages, unsigned int depth, uint64_t *frames,
               size_t *done, struct walk *w);

#endif
