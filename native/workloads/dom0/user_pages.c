/*
 * user_pages.c - see user_pages.h. Walks the lower half of an address space, from 0 upwards,
 * by lookups of single addresses: each tells the page there, or how far the hole reaches.
 *
 * AMD64 manual, volume 2, "Page Translation and Protection": a page is the process's own when
 * the U/S bit is set in every entry that leads to it.
 */
#include "user_pages.h"

#include <tvmi.h>
#include <xen/errno.h>

#define ENTRY_USER (1ull << 2)

/* Entries of page tables that a search reads at most: enough for 500,000 pages. Tests have fewer. */
#ifndef ENTRIES_MAX
#define ENTRIES_MAX (1ull << 22)
#endif

/* As many as are mapped by one request while it is looked whether they can be. */
#define FRAMES_AT_ONCE 512

/* What there is at an address. */
struct place {
    page_size_t size;     /* of the page; VMI_PS_UNKNOWN: a hole */
    unsigned int level;   /* of the entry that says so */
    unsigned int entries; /* that were read */
};

unsigned int level_of_size(page_size_t size)
{
    return size == VMI_PS_1GB ? 3 : size == VMI_PS_2MB ? 2 : 1;
}

/* The entry of a level, of those that a lookup read. */
static addr_t entry_of(const page_info_t *info, unsigned int level)
{
    switch (level) {
    case 5: return info->x86_ia32e.pml5e_value;
    case 4: return info->x86_ia32e.pml4e_value;
    case 3: return info->x86_ia32e.pdpte_value;
    case 2: return info->x86_ia32e.pgd_value;
    default: return info->x86_ia32e.pte_value;
    }
}

bool has_memory(const struct session *s, addr_t paddr, uint64_t pages)
{
    uint64_t frames[FRAMES_AT_ONCE], first = paddr >> PLAT_PAGE_SHIFT;

    while (pages) {
        size_t n = pages < FRAMES_AT_ONCE ? pages : FRAMES_AT_ONCE;
        void *va;

        for (size_t i = 0; i < n; i++)
            frames[i] = first + i;
        if (tvmi_map_frames(s->vmi, frames, n, &va))
            return false;
        (void)tvmi_unmap_frames(s->vmi, va, n);
        first += n;
        pages -= n;
    }
    return true;
}

/*
 * A table that cannot be mapped is a hole too; @unreadable tells of the first. Of a large
 * page no more than @most units are looked at.
 */
static struct place place_at(const struct session *s, addr_t va, uint64_t most,
                             struct text *unreadable)
{
    page_info_t info;
    bool mapped = vmi_pagetable_lookup_extended(s->vmi, s->cr3, va, &info) == VMI_SUCCESS;
    const struct tvmi_fault *fault = tvmi_last_fault(s->vmi);
    unsigned int last = mapped ? level_of_size(info.size) : fault->level;
    struct place at = {.level = s->levels, .entries = s->levels - last + 1};

    if (!mapped && fault->error != -XEN_EFAULT && !unreadable->length)
        session_explain(s, unreadable);
    while (at.level > last && (entry_of(&info, at.level) & ENTRY_USER))
        at.level--;
    if (mapped && info.size / PLAT_PAGE_SIZE < most)
        most = info.size / PLAT_PAGE_SIZE;
    if (mapped && at.level == last && (entry_of(&info, last) & ENTRY_USER) &&
        has_memory(s, info.paddr, most))
        at.size = info.size;
    return at;
}

static void explain(const struct session *s, bool whole, const struct text *unreadable,
                    struct text *error)
{
    if (unreadable->length) {
        text_add(error, unreadable->start);
    } else if (whole) {
        text_add(error, "vcpu 0 is in no process: nothing is mapped in the user half of its "
                        "address space, cr3 ");
        text_hex(error, s->cr3);
        text_add(error, ": try again, or give an address");
    } else {
        text_add(error, "no page of a process within the first ");
        text_u64(error, ENTRIES_MAX);
        text_add(error, " entries of its page tables: give an address");
    }
}

struct page_run user_pages_find(const struct session *s, uint64_t pages, struct text *error)
{
    addr_t va = 0, end = 1ull << (9 * s->levels + 11);
    struct page_run now = {0}, longest = {0};
    uint64_t entries = 0;
    char buffer[300];
    struct text unreadable = TEXT(buffer);

    while (va < end && entries < ENTRIES_MAX && longest.pages < pages) {
        struct place at = place_at(s, va, pages, &unreadable);
        addr_t next = (va | ((1ull << (9 * at.level + 3)) - 1)) + 1;

        entries += at.entries;
        if (at.size != now.size)
            now = (struct page_run){.first = va, .size = at.size};
        if (at.size != VMI_PS_UNKNOWN)
            now.pages += (next - va) >> PLAT_PAGE_SHIFT;
        if (now.pages > longest.pages)
            longest = now;
        va = next;
    }
    if (!longest.pages)
        explain(s, va == end, &unreadable, error);
    if (longest.pages > pages)
        longest.pages = pages;
    return longest;
}
