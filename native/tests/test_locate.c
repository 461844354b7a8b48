/*
 * test_locate.c - the workload `locate`: which pages it finds, and what it says of them.
 */
#include <stdio.h>
#include <string.h>
#include <xen/errno.h>

#include "../introspector/introspector.h"
#include "decode.h"
#include "memory.h"
#include "test.h"

#define TEXT_BASE 0xffffffff81000000ull
#define MIB       (1ull << 20)
#define GIB       (1ull << 30)
#define HEAP      0x5a0000000000ull

static struct decoded records[DECODE_RECORDS];

/* @pages pages from TEXT_BASE under the table @root, by entries of @level. */
static void make_text(uint64_t root, size_t pages, unsigned int level)
{
    uint64_t size = level == 1 ? PLAT_PAGE_SIZE : 2 * MIB;

    for (size_t i = 0; i < pages; i++)
        memory_map(root, 4, TEXT_BASE + i * size, level, level == 1 ? memory_frame() : i * 512);
}

static uint64_t make_target(size_t pages, unsigned int level)
{
    uint64_t root = memory_frame();

    memory.next_frame = (root | 1) + 1;
    make_text(root, pages, level);
    memory.vcpu.cr3 = PA(root);
    return root;
}

/* @pages pages of the process from @va, and the way to them, under a root of @levels. */
static void make_heap(uint64_t root, unsigned int levels, uint64_t va, size_t pages)
{
    for (size_t i = 0; i < pages; i++)
        memory_map(root, levels, va + i * PLAT_PAGE_SIZE, 1, memory_frame());
}

/* Runs the workload; the payload of its record, or of its end when it has none. */
static const struct decoded *locate(const char *more)
{
    char job[200];
    int count;

    memory.written = 0;
    snprintf(job, sizeof(job), "seq=1 workload=locate domid=1 type=pvh %s", more);
    CHECK_EQ(introspector_run_job(job), INTROSPECTOR_CONTINUE);
    CHECK_EQ(memory.mapped, 0);
    CHECK_EQ(memory.platforms, 0);
    count = decode(records);
    CHECK(count == 2 || count == 3);
    return &records[1];
}

static void around_the_entry(void)
{
    const struct decoded *found;

    make_target(20, 1);
    memory.vcpu.lstar = TEXT_BASE + 15 * PLAT_PAGE_SIZE + 0x40;
    found = locate("pages=10");
    CHECK_EQ(found->type, 'P');
    CHECK_HAS(found->payload, "base=0xffffffff81006000 ");
    CHECK_EQ(decode_value(found, "pages"), 10);
    CHECK_EQ(decode_value(found, "depth"), 4);
    CHECK_EQ(decode_value(found, "levels"), 4);
}

static void both_ways_and_no_further(void)
{
    const struct decoded *found;

    make_target(20, 1);
    memory.vcpu.lstar = TEXT_BASE + 3 * PLAT_PAGE_SIZE;
    found = locate("pages=18");
    CHECK_HAS(found->payload, "base=0xffffffff81000000 ");
    CHECK_EQ(decode_value(found, "pages"), 18);
    CHECK_EQ(decode_value(locate("pages=500"), "pages"), 20);
}

static void pages_of_one_size(void)
{
    const struct decoded *found;
    uint64_t root = make_target(2, 2);

    memory_map(root, 4, TEXT_BASE + 4 * MIB, 1, memory_frame());
    memory.vcpu.lstar = TEXT_BASE + 3 * MIB;
    found = locate("pages=5000");
    CHECK_EQ(decode_value(found, "pages"), 1024);
    CHECK_EQ(decode_value(found, "depth"), 3);
}

static void an_address_instead(void)
{
    make_target(20, 1);
    CHECK_HAS(locate("pages=5 base=0xffffffff81004000")->payload, "base=0xffffffff81000000 ");
    CHECK_HAS(locate("pages=5 base=0x1000")->payload, "no page of memory is mapped at 0x1000");
    CHECK_HAS(locate("pages=5")->payload, "no entry of system calls: give an address");
}

/* The table for user mode has one page of the kernel; the other one is a page below. */
static void isolated_tables(void)
{
    const struct decoded *found;
    uint64_t kernel, user;

    memory.next_frame = 2;
    kernel = memory_frame();
    user = memory_frame();
    CHECK_EQ(user, kernel | 1);
    make_text(kernel, 20, 1);
    memory_map(user, 4, TEXT_BASE + 15 * PLAT_PAGE_SIZE, 1, memory_frame());
    memory.vcpu.cr3 = PA(user);
    memory.vcpu.lstar = TEXT_BASE + 15 * PLAT_PAGE_SIZE;
    /* Two tables with an empty user half may be of anybody. */
    CHECK_HAS(locate("pages=10")->payload, "pages=1 depth=4 cr3=0x3000 ");
    make_heap(user, 4, HEAP, 3);
    memory.words[kernel][HEAP >> 39] = memory.words[user][HEAP >> 39] | NX;
    found = locate("pages=10");
    CHECK_EQ(decode_value(found, "pages"), 10);
    CHECK_HAS(found->payload, "cr3=0x2000 ");
    /* What is below is another process's table, or none. */
    memory.words[kernel][3] = PA(user) | P | US;
    CHECK_HAS(locate("pages=10")->payload, "pages=1 depth=4 cr3=0x3000 ");
    memory.words[kernel][3] = 0;
    memory.words[kernel][HEAP >> 39] ^= PA(1);
    CHECK_HAS(locate("pages=10")->payload, "pages=1 depth=4 cr3=0x3000 ");
}

/* A user address is the one process's, and the table below is asked for nothing. */
static void isolated_tables_of_a_process(void)
{
    uint64_t kernel, user;

    memory.next_frame = 2;
    kernel = memory_frame();
    user = memory_frame();
    make_heap(user, 4, HEAP, 3);
    memory.words[kernel][HEAP >> 39] = memory.words[user][HEAP >> 39];
    make_heap(kernel, 4, HEAP + 512 * GIB, 9);
    memory.vcpu.cr3 = PA(user);
    CHECK_HAS(locate("pages=9 base=0x5a8000000000")->payload, "no page of memory is mapped at");
    CHECK_HAS(locate("pages=9 base=0x5a0000000000")->payload, "pages=3 depth=4 cr3=0x3000 ");
}

/* Linux before 4.20 has a page of its own for the entry, Windows has some. */
static void an_entry_apart_from_the_text(void)
{
    const struct decoded *found;
    uint64_t root = make_target(20, 1), entry = 0xfffffe0000006000ull;

    memory_map(root, 4, entry, 1, memory_frame());
    memory.vcpu.lstar = entry;
    memory.vcpu.rip = TEXT_BASE + 7 * PLAT_PAGE_SIZE + 5;
    CHECK_HAS(locate("pages=10")->payload, "base=0xfffffe0000006000 pages=1 ");
    CHECK_HAS(locate("pages=10")->payload, "mode=user");
    memory.vcpu.kernel_mode = true;
    found = locate("pages=10");
    CHECK_HAS(found->payload, "base=0xffffffff81000000 pages=10 ");
    CHECK_HAS(found->payload, "mode=kernel");
    CHECK_HAS(locate("pages=1")->payload, "base=0xfffffe0000006000 pages=1 ");
    /* An entry that this table does not have. */
    memory.vcpu.lstar = entry + 8 * PLAT_PAGE_SIZE;
    CHECK_HAS(locate("pages=10")->payload, "base=0xffffffff81000000 pages=10 ");
    memory.vcpu.kernel_mode = false;
    CHECK_HAS(locate("pages=10")->payload,
              "no page of memory is mapped at 0xfffffe000000e000, and vcpu 0 is in user mode: "
              "try again");
}

/* Frames that the guest gave back, or a device's. */
static void holes_behind_pages(void)
{
    uint64_t root = make_target(20, 1), hole;

    hole = *memory_entry(root, 4, TEXT_BASE + 12 * PLAT_PAGE_SIZE, 1) >> 12;
    memory.bad_frame = hole & 0xffffffffff;
    memory.vcpu.lstar = TEXT_BASE + 10 * PLAT_PAGE_SIZE;
    CHECK_HAS(locate("pages=20")->payload, "base=0xffffffff81000000 pages=12 ");
    CHECK_HAS(locate("pages=20 base=0xffffffff8100d000")->payload,
              "base=0xffffffff8100d000 pages=7 ");
    CHECK_HAS(locate("pages=20 base=0xffffffff8100c000")->payload,
              "no page of memory is mapped at");

    make_heap(root, 4, HEAP, 12);
    memory.bad_frame = *memory_entry(root, 4, HEAP + 4 * PLAT_PAGE_SIZE, 1) >> 12 & 0xffffffffff;
    CHECK_HAS(locate("region=process pages=4")->payload, "base=0x5a0000000000 pages=4 ");
    CHECK_HAS(locate("region=process pages=5")->payload, "base=0x5a0000005000 pages=5 ");
    CHECK_HAS(locate("region=process pages=12")->payload, "base=0x5a0000005000 pages=7 ");

    /* Of a large page as much is looked at as is asked for. */
    memory_map(root, 4, HEAP + 512 * GIB, 2, 512);
    memory.bad_frame = 512 + 500;
    CHECK_HAS(locate("region=process pages=500")->payload, "base=0x5a8000000000 pages=500 ");
    memory.bad_frame = 512 + 499;
    CHECK_HAS(locate("region=process pages=500")->payload, "base=0x5a0000000000 pages=12 ");
}

/* Whoever maps a page that is still to come takes one of those that are kept. */
static void memory_on_demand(void)
{
    make_target(20, 1);
    memory.vcpu.lstar = TEXT_BASE;
    memory.pod_entries = 7;
    memory.pod_cache = 6;
    CHECK_HAS(locate("pages=10")->payload,
              "populated on demand, 7 pages are still to come and 6 are kept for them");
    CHECK_HAS(locate("pages=10 base=0xffffffff81000000")->payload, "populated on demand");
    CHECK_HAS(locate("pages=10 region=process")->payload, "populated on demand");
    memory.pod_cache = 7;
    CHECK_EQ(decode_value(locate("pages=10"), "pages"), 10);
    memory.pod_error = -XEN_EACCES;
    CHECK_HAS(locate("pages=10")->payload, "Xen does not tell whether the guest's memory is "
                                           "populated on demand: EACCES");
}

static void registers_refused(void)
{
    make_target(1, 1);
    memory.vcpu_error = -XEN_EACCES;
    CHECK_HAS(locate("pages=5")->payload, "EACCES");
}

static void a_process(void)
{
    const struct decoded *found;
    uint64_t root = make_target(20, 1);

    make_heap(root, 4, 0x400000, 3);
    make_heap(root, 4, HEAP, 12);
    make_heap(root, 4, HEAP + 13 * PLAT_PAGE_SIZE, 30);
    found = locate("region=process pages=10");
    CHECK_EQ(found->type, 'P');
    CHECK_HAS(found->payload, "base=0x5a0000000000 ");
    CHECK_EQ(decode_value(found, "pages"), 10);
    CHECK_EQ(decode_value(found, "depth"), 4);
    CHECK_EQ(decode_value(found, "levels"), 4);
    /* The first run that is long enough, and otherwise the longest. */
    CHECK_HAS(locate("region=process pages=3")->payload, "base=0x400000 pages=3 ");
    CHECK_HAS(locate("region=process pages=31")->payload, "base=0x5a000000d000 pages=30 ");
}

static void a_process_of_five_levels(void)
{
    uint64_t root = make_target(0, 1), heap = 0x5a000000000000ull;

    memory.vcpu.cr4 |= 1 << 12;
    make_heap(root, 5, heap, 3);
    CHECK_HAS(locate("region=process pages=3")->payload,
              "base=0x5a000000000000 pages=3 depth=5 cr3=0x1000 levels=5");
    memory_map(root, 5, (1ull << 56) - PLAT_PAGE_SIZE, 1, memory_frame());
    CHECK_HAS(locate("region=process pages=9")->payload, "base=0x5a000000000000 pages=3 ");
    *memory_entry(root, 5, heap, 5) = 0;
    CHECK_HAS(locate("region=process pages=9")->payload, "base=0xfffffffffff000 pages=1 ");
}

static void pages_of_a_process_of_one_size(void)
{
    const struct decoded *found;
    uint64_t root = make_target(0, 1);

    make_heap(root, 4, 2 * MIB - 5 * PLAT_PAGE_SIZE, 5);
    memory_map(root, 4, 2 * MIB, 2, 512);
    memory_map(root, 4, 4 * MIB, 2, 1024);
    make_heap(root, 4, 6 * MIB, 7);
    CHECK_HAS(locate("region=process pages=5")->payload, "base=0x1fb000 pages=5 depth=4 ");
    CHECK_HAS(locate("region=process pages=6")->payload, "base=0x200000 pages=6 depth=3 ");
    found = locate("region=process pages=2000");
    CHECK_EQ(decode_value(found, "pages"), 1024);
    CHECK_EQ(decode_value(found, "depth"), 3);
    memory_map(root, 4, 3 * GIB, 3, 0);
    found = locate("region=process pages=2000");
    CHECK_HAS(found->payload, "base=0xc0000000 pages=2000 depth=2 ");
}

/* The U/S bit has to be set all the way. */
static void pages_that_are_not_the_process_s(void)
{
    uint64_t root = make_target(0, 1);

    make_heap(root, 4, HEAP, 12);
    make_heap(root, 4, HEAP + 512 * GIB, 4);
    *memory_entry(root, 4, HEAP + 4 * PLAT_PAGE_SIZE, 1) &= ~US;
    *memory_entry(root, 4, HEAP + 5 * PLAT_PAGE_SIZE, 1) &= ~P;
    CHECK_HAS(locate("region=process pages=12")->payload, "base=0x5a0000006000 pages=6 ");
    for (unsigned int level = 2; level <= 4; level++) {
        *memory_entry(root, 4, HEAP, level) &= ~US;
        CHECK_HAS(locate("region=process pages=12")->payload, "base=0x5a8000000000 pages=4 ");
        *memory_entry(root, 4, HEAP, level) |= US;
    }
    memory_map(root, 4, HEAP + 512 * MIB, 2, 512);
    *memory_entry(root, 4, HEAP + 512 * MIB, 2) &= ~US;
    CHECK_HAS(locate("region=process pages=12")->payload, "base=0x5a0000006000 pages=6 ");
}

static void no_process(void)
{
    const struct decoded *end;
    uint64_t root = make_target(20, 1);

    end = locate("region=process pages=5");
    CHECK_EQ(end->type, 'E');
    CHECK_HAS(end->payload, "status=error");
    CHECK_HAS(end->payload, "vcpu 0 is in no process");
    CHECK_HAS(end->payload, "try again, or give an address");
    /* Pages of the kernel do not make one, wherever they are. */
    make_heap(root, 4, HEAP, 12);
    *memory_entry(root, 4, HEAP, 3) &= ~US;
    CHECK_HAS(locate("region=process pages=5")->payload, "vcpu 0 is in no process");
}

static void tables_that_cannot_be_mapped(void)
{
    uint64_t root = make_target(0, 1);

    make_heap(root, 4, HEAP, 12);
    *memory_entry(root, 4, 0x400000, 4) = PA(MEMORY_FRAMES + 7) | P | US;
    CHECK_HAS(locate("region=process pages=12")->payload, "base=0x5a0000000000 pages=12 ");
    *memory_entry(root, 4, HEAP, 4) = 0;
    CHECK_HAS(locate("region=process pages=12")->payload,
              "page table cannot be mapped (EINVAL), address 0x0, level 3");
    memory.map_error = -XEN_EACCES;
    CHECK_HAS(locate("region=process pages=12")->payload, "EACCES");
}

/*
 * Tables that are used again and again, and have no run of as many pages: 32 of the last
 * level are as many entries as a search reads here (ENTRIES_MAX in tests.mk).
 */
static void a_search_that_ends(void)
{
    uint64_t root = make_target(0, 1), last = memory_frame(), good = memory_frame();
    uint64_t directory = memory_frame(), pointers = memory_frame();

    for (int i = 0; i < 512; i++) {
        memory.words[good][i] = PA(1) | P | US;
        memory.words[last][i] = i % 256 == 128 ? 0 : PA(1) | P | US;
        memory.words[directory][i] = PA(i == 32 ? good : last) | P | US;
        memory.words[pointers][i] = PA(directory) | P | US;
    }
    memory.words[root][0] = PA(pointers) | P | US;
    CHECK_HAS(locate("region=process pages=500")->payload, "base=0x81000 pages=255 ");
    memory.words[directory][31] = PA(good) | P | US;
    CHECK_HAS(locate("region=process pages=500")->payload, "base=0x3d81000 pages=500 ");

    for (int i = 0; i < 512; i++) {
        memory.words[last][i] = 0;
        memory.words[directory][i] = PA(last) | P | US;
    }
    CHECK_HAS(locate("region=process pages=500")->payload,
              "no page of a process within the first 65536 entries");
}

const struct test locate_tests[] = {
    {"locate: around the entry of system calls", around_the_entry},
    {"locate: downwards, then upwards, and no further than is mapped", both_ways_and_no_further},
    {"locate: pages of one size", pages_of_one_size},
    {"locate: around an address", an_address_instead},
    {"locate: the kernel's half of isolated page tables", isolated_tables},
    {"locate: isolated page tables of a process", isolated_tables_of_a_process},
    {"locate: an entry of system calls apart from the text", an_entry_apart_from_the_text},
    {"locate: memory that is populated on demand", memory_on_demand},
    {"locate: pages without memory", holes_behind_pages},
    {"locate: a process: the first run that is long enough, else the longest", a_process},
    {"locate: a process of five levels, to the end of its half", a_process_of_five_levels},
    {"locate: a process: pages of one size", pages_of_a_process_of_one_size},
    {"locate: a process: pages that it may not touch are none of its", pages_that_are_not_the_process_s},
    {"locate: vcpu 0 is in no process", no_process},
    {"locate: a process: tables that cannot be mapped", tables_that_cannot_be_mapped},
    {"locate: a process: a search that ends", a_search_that_ends},
    {"locate: registers that are refused", registers_refused},
    {0},
};
