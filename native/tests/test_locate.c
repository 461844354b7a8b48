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
    CHECK_HAS(locate("pages=5 base=0x1000")->payload, "no page is mapped at 0x1000");
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
    found = locate("pages=10");
    CHECK_EQ(decode_value(found, "pages"), 10);
    CHECK_HAS(found->payload, "cr3=0x2000 ");
}

static void registers_refused(void)
{
    make_target(1, 1);
    memory.vcpu_error = -XEN_EACCES;
    CHECK_HAS(locate("pages=5")->payload, "EACCES");
}

const struct test locate_tests[] = {
    {"locate: around the entry of system calls", around_the_entry},
    {"locate: downwards, then upwards, and no further than is mapped", both_ways_and_no_further},
    {"locate: pages of one size", pages_of_one_size},
    {"locate: around an address", an_address_instead},
    {"locate: the kernel's half of isolated page tables", isolated_tables},
    {"locate: registers that are refused", registers_refused},
    {0},
};
