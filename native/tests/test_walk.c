/*
 * test_walk.c - the page-table walk over made-up tables.
 */
#include "../vmi/walk.h"

#include <string.h>
#include <xen/errno.h>

#include "memory.h"
#include "test.h"

static const struct walk_paging four = {.levels = 4, .physical_bits = 46};
static const struct walk_paging five = {.levels = 5, .physical_bits = 46};

static unsigned int tables_read;

static int table(void *context, uint64_t frame, const volatile uint64_t **out)
{
    (void)context;
    tables_read++;
    if (frame >= MEMORY_FRAMES)
        return -XEN_EINVAL;
    if (frame == memory.bad_frame)
        return -XEN_EACCES;
    *out = memory.words[frame];
    return 0;
}

static const struct walk_memory tables = {.table = table};

static void four_kib_page(void)
{
    uint64_t root = memory_frame(), va = 0x5a0000123000, page = memory_frame();
    uint64_t *pte = memory_map(root, 4, va, 1, page);
    struct walk w;

    tables_read = 0;
    CHECK_EQ(walk(&four, &tables, PA(root) | 0xfff, va + 0x234, &w), 0); /* flags in CR3 do not count */
    CHECK_EQ(w.paddr, PA(page) + 0x234);
    CHECK_EQ(w.depth, 4);
    CHECK_EQ(w.level, 1);
    CHECK_EQ(tables_read, 4);
    CHECK_EQ(w.entry[1].value, *pte);
    CHECK_EQ(w.entry[4].location, PA(root) + (va >> 39 & 511) * 8);
    CHECK_EQ(w.entry[1].location & 0xfff, (va >> 12 & 511) * 8);
    CHECK_EQ(w.entry[1].location >> 12, w.entry[2].value >> 12 & 0xffffffff);
}

static void two_mib_page(void)
{
    uint64_t root = memory_frame(), va = 0x7fff00200000;
    struct walk w;

    memory_map(root, 4, va, 2, 0x400);
    *memory_entry(root, 4, va, 2) |= 1ull << 12; /* PAT is not part of the address */
    CHECK_EQ(walk(&four, &tables, PA(root), va + 0x1fffff, &w), 0);
    CHECK_EQ(w.paddr, PA(0x400) + 0x1fffff);
    CHECK_EQ(w.depth, 3);
    CHECK_EQ(w.level, 2);
}

static void one_gib_page(void)
{
    uint64_t root = memory_frame(), va = 0x1000000000;
    struct walk w;

    memory_map(root, 4, va, 3, 0x40000);
    CHECK_EQ(walk(&four, &tables, PA(root), va + 0x3fffffff, &w), 0);
    CHECK_EQ(w.paddr, 0x40000000 + 0x3fffffff);
    CHECK_EQ(w.depth, 2);
    CHECK_EQ(w.level, 3);
}

static void five_levels(void)
{
    static const struct { unsigned int level; uint64_t frame; unsigned int depth; } sizes[] = {
        {1, 0x77, 5}, {2, 0x200, 4}, {3, 0x40000, 3},
    };

    for (size_t i = 0; i < 3; i++) {
        uint64_t root = memory_frame(), va = 0x00ab5a0000000000;
        struct walk w;

        memory_map(root, 5, va, sizes[i].level, sizes[i].frame);
        CHECK_EQ(walk(&five, &tables, PA(root), va + 5, &w), 0);
        CHECK_EQ(w.paddr, PA(sizes[i].frame) + 5);
        CHECK_EQ(w.depth, sizes[i].depth);
        CHECK_EQ(w.entry[5].location, PA(root) + (va >> 48 & 511) * 8);
    }
}

static void canonical_addresses_only(void)
{
    static const struct { uint64_t va; bool four, five; } cases[] = {
        {0x00007fffffffffff, true, true},   {0x0000800000000000, false, true},
        {0xffff7fffffffffff, false, true},  {0xffff800000000000, true, true},
        {0x00ffffffffffffff, false, true},  {0x0100000000000000, false, false},
        {0xfeffffffffffffff, false, false}, {0xff00000000000000, false, true},
        {0xffffffffffffffff, true, true},   {0, true, true},
    };
    uint64_t root = memory_frame();

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct walk w;
        int absent = -XEN_EFAULT, wrong = -XEN_EINVAL;

        CHECK_EQ(walk(&four, &tables, PA(root), cases[i].va, &w), cases[i].four ? absent : wrong);
        CHECK_EQ(w.depth, cases[i].four);
        CHECK_EQ(walk(&five, &tables, PA(root), cases[i].va, &w), cases[i].five ? absent : wrong);
    }
}

/* A hole at each level stops the walk there, and says so. */
static void holes(void)
{
    for (unsigned int level = 1; level <= 4; level++) {
        uint64_t root = memory_frame(), va = 0xffff888000001000;
        uint64_t *e;
        struct walk w;

        memory_map(root, 4, va, 1, memory_frame());
        e = memory_entry(root, 4, va, level);
        *e &= ~P;
        CHECK_EQ(walk(&four, &tables, PA(root), va, &w), -XEN_EFAULT);
        CHECK_EQ(w.level, level);
        CHECK_EQ(w.depth, 5 - level);
        CHECK_EQ(w.entry[level].value, *e);
        CHECK_HAS(w.fault, "present");
    }
}

static void reserved_bits(void)
{
    static const struct { unsigned int page_level, level, bit; bool bad; } cases[] = {
        {1, 4, 7, true},   {1, 4, 46, true},  {1, 4, 51, true},  {1, 4, 52, false},
        {1, 3, 46, true},  {1, 2, 51, true},  {1, 1, 46, true},  {1, 1, 45, false},
        {1, 1, 7, false},  {1, 1, 62, false}, {1, 1, 63, false}, {2, 2, 12, false},
        {2, 2, 13, true},  {2, 2, 20, true},  {2, 2, 21, false}, {3, 3, 12, false},
        {3, 3, 13, true},  {3, 3, 29, true},  {3, 3, 30, false}, {2, 2, 46, true},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint64_t root = memory_frame(), va = 0x400000000000 + i * 0x8000000000;
        struct walk w;
        int want = cases[i].bad ? -XEN_EFAULT : 0;

        memory_map(root, 4, va, cases[i].page_level, cases[i].page_level == 1 ? 3 : 0);
        *memory_entry(root, 4, va, cases[i].level) |= 1ull << cases[i].bit;
        CHECK_EQ(walk(&four, &tables, PA(root), va, &w), want);
        if (cases[i].bad) {
            CHECK_EQ(w.level, cases[i].level);
            CHECK_HAS(w.fault, "reserved");
        }
    }
}

/* Bit 7 is reserved in the first table of five levels, and in the second. */
static void no_pages_above_one_gib(void)
{
    for (unsigned int level = 4; level <= 5; level++) {
        uint64_t root = memory_frame(), va = 0x00ff000000000000;
        struct walk w;

        memory_map(root, 5, va, 1, 3);
        *memory_entry(root, 5, va, level) |= PS;
        CHECK_EQ(walk(&five, &tables, PA(root), va, &w), -XEN_EFAULT);
        CHECK_EQ(w.level, level);
    }
}

/* A table that points at itself is legal (a recursive mapping), and the walk ends. */
static void loops_of_tables(void)
{
    uint64_t root = memory_frame(), other = memory_frame();
    struct walk w;

    for (int i = 0; i < 512; i++)
        memory.words[root][i] = PA(root) | P;
    tables_read = 0;
    CHECK_EQ(walk(&four, &tables, PA(root), 0x123456789000, &w), 0);
    CHECK_EQ(w.paddr, PA(root));
    CHECK_EQ(tables_read, 4);

    memory.words[root][0] = PA(other) | P;
    memory.words[other][0] = PA(root) | P;
    CHECK_EQ(walk(&five, &tables, PA(root), 0, &w), 0);
    CHECK_EQ(w.depth, 5);
}

static void memory_errors_come_through(void)
{
    uint64_t root = memory_frame(), va = 0x1000;
    struct walk w;

    memory_map(root, 4, va, 1, 5);
    memory.bad_frame = *memory_entry(root, 4, va, 3) >> 12;
    CHECK_EQ(walk(&four, &tables, PA(root), va, &w), -XEN_EACCES);
    CHECK_EQ(w.level, 2);
    CHECK_EQ(w.depth, 2);
    CHECK_EQ(walk(&four, &tables, PA(MEMORY_FRAMES), va, &w), -XEN_EINVAL);
}

/* --- ranges ----------------------------------------------------------------- */

#define BASE 0x5a00000ff000 /* crosses from one page table to the next after 257 pages */

static uint64_t map_range(uint64_t base, size_t pages, uint64_t first_frame)
{
    uint64_t root = memory_frame();

    for (size_t i = 0; i < pages; i++)
        memory_map(root, 4, base + i * 4096, 1, first_frame + i * 3 % 1000);
    return root;
}

static void range_agrees_with_walks(void)
{
    uint64_t root = map_range(BASE, 600, 0x100000), frames[600];
    struct walk w;
    size_t done;

    tables_read = 0;
    CHECK_EQ(walk_range(&four, &tables, PA(root), BASE, 600, 4, frames, &done, &w), 0);
    CHECK_EQ(done, 600);
    CHECK_EQ(tables_read, 8); /* two walks, one a page table */
    for (size_t i = 0; i < 600; i++) {
        CHECK_EQ(walk(&four, &tables, PA(root), BASE + i * 4096, &w), 0);
        CHECK_EQ(frames[i], w.paddr >> 12);
    }
}

static void range_of_large_pages(void)
{
    uint64_t root = memory_frame(), frames[1200];
    struct walk w;
    size_t done;

    for (int i = 0; i < 3; i++)
        memory_map(root, 4, 0x200000 * (uint64_t)i, 2, 0x200ull * (3 - (uint64_t)i));
    tables_read = 0;
    CHECK_EQ(walk_range(&four, &tables, PA(root), 0x101000, 1200, 3, frames, &done, &w), 0);
    CHECK_EQ(tables_read, 9);
    CHECK_EQ(frames[0], 0x600 + 0x101);
    CHECK_EQ(frames[254], 0x7ff);
    CHECK_EQ(frames[255], 0x400);
    CHECK_EQ(frames[255 + 512], 0x200);
}

static void range_stops_at_a_hole(void)
{
    uint64_t root = map_range(BASE, 600, 0x100000), frames[600];
    struct walk w;
    size_t done;

    *memory_entry(root, 4, BASE + 300 * 4096, 1) = 0;
    CHECK_EQ(walk_range(&four, &tables, PA(root), BASE, 600, 4, frames, &done, &w), -XEN_EFAULT);
    CHECK_EQ(done, 300);
    CHECK_EQ(w.level, 1);

    *memory_entry(root, 4, BASE + 300 * 4096, 1) = PA(1) | P | 1ull << 50; /* reserved */
    CHECK_EQ(walk_range(&four, &tables, PA(root), BASE, 600, 4, frames, &done, &w), -XEN_EFAULT);
    CHECK_EQ(done, 300);
    CHECK_HAS(w.fault, "reserved");
}

static void range_asserts_depth(void)
{
    uint64_t root = map_range(BASE, 257, 7), frames[300];
    struct walk w;
    size_t done;

    memory_map(root, 4, BASE + 257 * 4096, 2, 0x200);
    CHECK_EQ(walk_range(&four, &tables, PA(root), BASE, 300, 4, frames, &done, &w), -XEN_ERANGE);
    CHECK_EQ(done, 257);
    CHECK_EQ(walk_range(&four, &tables, PA(root), BASE, 300, 0, frames, &done, &w), 0);
    CHECK_EQ(frames[257], 0x200);
}

/* Just below the hole in the middle of the address space. */
static void range_stops_at_the_end_of_canonical_addresses(void)
{
    uint64_t last = 0x00007ffffffff000, root = memory_frame(), frames[2];
    struct walk w;
    size_t done;

    memory_map(root, 4, last, 1, 9);
    CHECK_EQ(walk_range(&four, &tables, PA(root), last, 2, 0, frames, &done, &w), -XEN_EINVAL);
    CHECK_EQ(done, 1);
}

const struct test walk_tests[] = {
    {"walk: 4 KiB page", four_kib_page},
    {"walk: 2 MiB page", two_mib_page},
    {"walk: 1 GiB page", one_gib_page},
    {"walk: five levels, every page size", five_levels},
    {"walk: canonical addresses only", canonical_addresses_only},
    {"walk: a hole at every level", holes},
    {"walk: reserved bits at every level", reserved_bits},
    {"walk: no pages above 1 GiB", no_pages_above_one_gib},
    {"walk: loops of tables end", loops_of_tables},
    {"walk: errors of the memory come through", memory_errors_come_through},
    {"walk: a range agrees with single walks", range_agrees_with_walks},
    {"walk: a range of large pages", range_of_large_pages},
    {"walk: a range stops at a hole", range_stops_at_a_hole},
    {"walk: a range asserts the depth", range_asserts_depth},
    {"walk: a range stops where addresses end", range_stops_at_the_end_of_canonical_addresses},
    {0},
};
