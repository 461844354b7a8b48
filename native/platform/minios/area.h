/*
 * area.h - the addresses at which foreign frames appear.
 *
 * A platform owns an area of 64 page tables of 512 slots each, apart from every
 * address that Mini-OS hands out itself. A slot is empty or maps one frame.
 * An empty slot is never in the TLB: whoever empties slots flushes them.
 *
 * Small runs share page tables. A run of AREA_WHOLE_TABLES slots or more gets
 * tables of its own, which can then be emptied as a whole.
 */
#ifndef PLATFORM_MINIOS_AREA_H
#define PLATFORM_MINIOS_AREA_H

#include <stddef.h>
#include <stdint.h>

#define AREA_TABLES       64
#define AREA_TABLE_SLOTS  512
#define AREA_WHOLE_TABLES 80 /* slots; from here on it is cheaper (area.c) */

#define AREA_WORDS_PER_TABLE (AREA_TABLE_SLOTS / 64)

struct area {
    unsigned int number; /* of the areas, which differ in their addresses */
    /* A set bit is a slot in use. */
    uint64_t used[AREA_TABLES * AREA_WORDS_PER_TABLE];
};

/*
 * area_open(): 0, or -ENOMEM when all areas are open, or there is no memory for
 * the first page table, which is made here so that nobody's first page pays it.
 */
int area_open(struct area *a);

/* area_close(): empty every table that has a slot in use; give the area back. */
void area_close(struct area *a);

/* area_take(): @n consecutive slots (> 0) with their page tables; 0 if none. */
unsigned long area_take(struct area *a, size_t n);

/* area_release(): slots that were taken together, and are empty. */
void area_release(struct area *a, unsigned long va, size_t n);

/* area_entry(): machine address of the page-table entry of a slot. */
uint64_t area_entry(const struct area *a, unsigned long va);

/*
 * area_empty_tables(): empty the tables of @n slots that were taken together, n
 * being AREA_WHOLE_TABLES or more, and flush the TLB. Adds the hypercalls made
 * to *@hypercalls. Returns 0 or a negative errno.
 */
int area_empty_tables(struct area *a, unsigned long va, size_t n,
                      uint64_t *hypercalls);

#endif
