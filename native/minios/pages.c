/*
 * pages.c - the page allocator: a bitmap over the domain's pages, first fit.
 *
 * First fit keeps small allocations at the low end, so that one large run stays
 * whole for a batch's buffer even in a domain of 4 MB. Blocks are not aligned to
 * their size, and any part of a block can be freed.
 */
#include "pages.h"

#include <mini-os/console.h>
#include <mini-os/kernel.h>
#include <mini-os/mm.h>

#include <stdbool.h>

#define BITS_PER_WORD 64

unsigned long nr_free_pages;

static uint64_t *free_bits; /* a set bit is a free page */
static unsigned long nr_pages;
static unsigned long lowest_free; /* no free page below this one */

unsigned long pages_bitmap_size(unsigned long pages)
{
    return (pages + BITS_PER_WORD - 1) / BITS_PER_WORD * sizeof(uint64_t);
}

void pages_init(void *bitmap, unsigned long pages)
{
    free_bits = bitmap;
    nr_pages = pages;
    lowest_free = pages;
}

void pages_move(void *bitmap, unsigned long pages)
{
    uint64_t *bits = bitmap;

    for (unsigned long i = 0; i < (nr_pages + BITS_PER_WORD - 1) / BITS_PER_WORD; i++)
        bits[i] = free_bits[i];
    free_bits = bits;
    nr_pages = pages;
}

static bool is_free(unsigned long pfn)
{
    return free_bits[pfn / BITS_PER_WORD] >> pfn % BITS_PER_WORD & 1;
}

static void flip(unsigned long pfn)
{
    free_bits[pfn / BITS_PER_WORD] ^= 1UL << pfn % BITS_PER_WORD;
}

void pages_add(unsigned long pfn, unsigned long count)
{
    if (pfn < lowest_free)
        lowest_free = pfn;
    nr_free_pages += count;
    for (; count; count--, pfn++) {
        if (pfn >= nr_pages || is_free(pfn)) {
            printk("MINIOS page %lx is freed twice, or does not exist\n", pfn);
            do_exit();
        }
        flip(pfn);
    }
}

unsigned long alloc_pages(int order)
{
    unsigned long wanted = 1UL << order;
    unsigned long run = 0;

    while (lowest_free < nr_pages && !is_free(lowest_free))
        lowest_free++;
    for (unsigned long pfn = lowest_free; pfn < nr_pages; pfn++) {
        run = is_free(pfn) ? run + 1 : 0;
        if (run < wanted)
            continue;
        for (unsigned long i = 0; i < wanted; i++)
            flip(pfn - i);
        nr_free_pages -= wanted;
        return (unsigned long)pfn_to_virt(pfn - wanted + 1);
    }
    return 0;
}

void free_pages(void *pointer, int order)
{
    pages_add(virt_to_pfn(pointer), 1UL << order);
}
