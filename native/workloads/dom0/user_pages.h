/*
 * user_pages.h - where a process has pages to read, and what a run of pages is.
 */
#ifndef WORKLOADS_USER_PAGES_H
#define WORKLOADS_USER_PAGES_H

#include "../session.h"

/* Consecutive pages of one size. */
struct page_run {
    addr_t first;   /* lowest address */
    uint64_t pages; /* 4 KiB units; 0: there are none */
    page_size_t size;
};

/* Level of the entry that maps a page of a size: 1 for 4 KiB, 2 for 2 MiB, 3 for 1 GiB. */
unsigned int level_of_size(page_size_t size);

/*
 * Whether there is memory behind @pages units from a physical address: a guest's tables may
 * lead to frames that its balloon gave back, and to devices, which nobody else can map.
 */
bool has_memory(const struct session *s, addr_t paddr, uint64_t pages);

/*
 * The first run of @pages units in the user half of the session's address space, else the
 * longest there is, reading a bounded number of entries (native/PROTOCOL.md). Without any
 * it has 0 pages, and a sentence is in @error.
 */
struct page_run user_pages_find(const struct session *s, uint64_t pages, struct text *error);

#endif
