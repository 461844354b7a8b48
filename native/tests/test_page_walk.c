/*
 * test_page_walk.c - the workloads, from a job's line to its records.
 */
#include <stdio.h>
#include <string.h>
#include <xen/errno.h>

#include "../introspector/introspector.h"
#include "decode.h"
#include "memory.h"
#include "test.h"

#define BASE 0x5a0000000000ull

static struct decoded records[DECODE_RECORDS];
static uint64_t root, first_frame;

static uint64_t mix(uint64_t n)
{
    uint64_t z = 1 + (n + 1) * 0x9e3779b97f4a7c15ull;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ z >> 27) * 0x94d049bb133111ebull;
    return z ^ z >> 31;
}

/* A target as PROTOCOL.md has it, seed 1; 2 MiB pages are mapped by level 2. */
static void make_target(size_t pages, unsigned int level)
{
    size_t each = level == 1 ? 1 : 512;

    root = memory_frame();
    memory.vcpu.cr3 = PA(root) | 0x18;
    memory.next_frame = first_frame = 512;
    memory.next_frame += pages;
    for (size_t i = 0; i < pages; i += each)
        memory_map(root, 4, BASE + i * 4096, level, first_frame + i);
    for (size_t i = 0; i < pages * 512; i++)
        memory.words[first_frame + i / 512][i % 512] = mix(i);
}

/* PROTOCOL.md's digest, from the target's side. */
static uint64_t digest(size_t first, size_t pages)
{
    uint64_t h = 0xcbf29ce484222325ull;

    for (size_t i = first * 512; i < (first + pages) * 512; i++) {
        h = (h ^ mix(i)) * 0x9e3779b97f4a7c15ull;
        h ^= h >> 32;
    }
    return h;
}

static int run(const char *state, const char *more)
{
    char job[400];

    memory.written = 0;
    snprintf(job, sizeof(job),
             "seq=2 workload=page-walk domid=1 type=pvh state=%s base=0x5a0000000000 %s", state, more);
    CHECK_EQ(introspector_run_job(job), INTROSPECTOR_CONTINUE);
    CHECK_EQ(memory.mapped, 0);
    CHECK_EQ(memory.platforms, 0);
    return decode(records);
}

static const char *const states[] = {"cold", "tables", "warm", "batch"};

static uint32_t sample(const struct decoded *r, size_t page, size_t field)
{
    uint32_t value;

    memcpy(&value, r->payload + page * 20 + field * 4, sizeof(value));
    return value;
}

/* Every state, several batches, warm-up and repeats: order, digests, samples. */
static void every_state(void)
{
    make_target(30, 1);
    for (int s = 0; s < 4; s++) {
        CHECK_EQ(run(states[s], "pages=30 batch=12 depth=4 warmup=1 repeat=1"), 1 + 2 * 3 * 2 + 1);
        for (unsigned int b = 0; b < 6; b++) {
            struct decoded *batch = &records[1 + 2 * b], *samples = batch + 1;
            size_t first = b % 3 * 12, pages = b % 3 == 2 ? 6 : 12;
            char state[20];

            CHECK_EQ(batch->type, 'B');
            CHECK_EQ(decode_value(batch, "batch"), b % 3);
            CHECK_EQ(decode_value(batch, "pass"), b / 3);
            CHECK_EQ(decode_value(batch, "warmup"), b < 3);
            CHECK_EQ(decode_value(batch, "first"), first);
            CHECK_EQ(decode_value(batch, "pages"), pages);
            CHECK_EQ(decode_value(batch, "depth"), 4);
            CHECK_EQ(decode_value(batch, "digest"), digest(first, pages));
            CHECK_EQ(decode_value(batch, "cr3"), memory.vcpu.cr3);
            snprintf(state, sizeof(state), "state=%s ", states[s]);
            CHECK_HAS(batch->payload, state);
            CHECK_HAS(batch->payload, "hypercalls=unknown");
            CHECK_EQ(samples->type, 'S');
            CHECK_EQ(samples->length, pages * 20);
            for (size_t i = 0; i < pages; i++) {
                CHECK(sample(samples, i, 2) > 0);
                CHECK_EQ(sample(samples, i, 4),
                         sample(samples, i, 0) + sample(samples, i, 1) + sample(samples, i, 2));
            }
        }
        CHECK_EQ(strcmp(records[13].payload, "status=ok records=13 message=done"), 0);
    }
}

/* What each state maps, and when. */
static void counts_of_the_states(void)
{
    static const struct { uint64_t maps, unmaps, hits; bool open, fill; } want[] = {
        {5 * 20, 5 * 20, 0, true, false}, /* four tables and the page, each time */
        {20, 20, 4 * 20, true, true},
        {0, 0, 2 * 20, false, true},
        {20, 20, 4, true, true},
    };

    make_target(20, 1);
    for (int s = 0; s < 4; s++) {
        struct decoded *b = &records[1], *again = &records[3];

        CHECK_EQ(run(states[s], "pages=20 depth=4 repeat=2"), 6);
        CHECK_EQ(decode_value(b, "maps"), want[s].maps);
        CHECK_EQ(decode_value(b, "unmaps"), want[s].unmaps);
        CHECK_EQ(decode_value(b, "hits"), want[s].hits);
        CHECK_EQ(decode_value(b, "open") > 0, want[s].open);
        CHECK_EQ(decode_value(b, "close") > 0, want[s].open);
        CHECK_EQ(decode_value(b, "fill") > 0, want[s].fill);
        CHECK_EQ(decode_value(b, "drop"), 0);
        CHECK_EQ(decode_value(again, "fill"), 0); /* the state is still there */
        CHECK_EQ(decode_value(again, "maps"), want[s].maps);

        CHECK_EQ(run(states[s], "pages=20 batch=10 depth=4"), 6);
        CHECK_EQ(decode_value(&records[3], "fill") > 0, want[s].fill); /* another range */
        CHECK_EQ(decode_value(&records[3], "drop") > 0, want[s].fill);
    }
}

static uint64_t stamp(const struct decoded *r, size_t n)
{
    uint64_t value;

    memcpy(&value, r->payload + n * 8, sizeof(value));
    return value;
}

/* Readings of the clock: in order, as far apart as batch and samples say. */
static void stamps_of_the_states(void)
{
    make_target(20, 1);
    for (int s = 0; s < 4; s++) {
        struct decoded *b = &records[1], *samples = &records[2], *stamps = &records[3];
        uint64_t before;

        CHECK_EQ(run(states[s], "pages=20 depth=4 stamps=1"), 5);
        CHECK_EQ(stamps->type, 'A');
        CHECK_EQ(stamps->length, (4 + 20) * 8);
        CHECK_EQ(stamp(stamps, 1) - stamp(stamps, 0), decode_value(b, "open"));
        CHECK_EQ(stamp(stamps, 3) - stamp(stamps, 2), decode_value(b, "close"));
        before = stamp(stamps, 1);
        for (size_t i = 0; i < 20; i++) {
            CHECK(stamp(stamps, 4 + i) > before);
            before = stamp(stamps, 4 + i) + sample(samples, i, 4);
        }
        CHECK(stamp(stamps, 2) > before);
    }
}

/* The way of 2018: mappings are made once and kept, and the clock is that of microseconds. */
static void the_way_of_2018(void)
{
    make_target(30, 1);
    CHECK_EQ(run("seed-2018", "pages=30 depth=4"), 4);
    CHECK_EQ(decode_value(&records[1], "digest"), digest(0, 30));
    CHECK_EQ(decode_value(&records[1], "maps"), 4 + 30); /* four tables, once */
    CHECK_EQ(decode_value(&records[1], "unmaps"), 0);
    CHECK_EQ(decode_value(&records[1], "open"), 0);
    CHECK_EQ(decode_value(&records[1], "close"), 0);
    CHECK_EQ(decode_value(&records[1], "fill"), 0);
    CHECK_HAS(records[1].payload, "state=seed-2018 ");
    for (size_t page = 0; page < 30; page++) {
        CHECK_EQ(sample(&records[2], page, 0), 3);
        CHECK(sample(&records[2], page, 4) > 0);
    }
}

static void large_pages(void)
{
    make_target(1024, 2);
    for (int s = 0; s < 4; s++) {
        CHECK_EQ(run(states[s], "pages=1000 batch=1000 depth=3"), 4);
        CHECK_EQ(decode_value(&records[1], "digest"), digest(0, 1000));
        CHECK_EQ(decode_value(&records[1], "depth"), 3);
    }
}

static void five_levels_by_cr3(void)
{
    make_target(4, 1);
    memory.vcpu_error = -XEN_EACCES; /* registers are not needed */
    for (size_t i = 0; i < 4; i++)
        memory_map(root, 5, BASE + i * 4096, 1, first_frame + i);
    CHECK_EQ(run("cold", "pages=4 depth=5 cr3=0x1000 levels=5"), 4);
    CHECK_EQ(root, 1);
    CHECK_EQ(decode_value(&records[1], "digest"), digest(0, 4));
    CHECK_EQ(decode_value(&records[1], "maps"), 4 * 6);
}

static void fails_with(const char *state, const char *more, const char *says)
{
    int n = run(state, more);

    CHECK(n >= 2);
    if (n >= 2) {
        CHECK_EQ(records[n - 1].type, 'E');
        CHECK_HAS(records[n - 1].payload, "status=error");
        CHECK_HAS(records[n - 1].payload, says);
    }
}

static void errors_are_clear(void)
{
    make_target(30, 1);
    for (int s = 0; s < 4; s++) {
        fails_with(states[s], "pages=30 depth=3", "levels instead of 3");
        fails_with(states[s], "pages=31 depth=4",
                   "entry is not present (EFAULT), address 0x5a000001e000, level 1, value 0x0");
    }
    memory.bad_frame = first_frame + 7;
    for (int s = 0; s < 4; s++)
        fails_with(states[s], "pages=30 depth=4",
                   "page 7 at 0x5a0000007000: frame cannot be mapped (EFAULT)");
    memory.bad_frame = root;
    fails_with("cold", "pages=30 depth=4",
               "page table cannot be mapped (EFAULT), address 0x5a0000000000, level 4");
    memory.bad_frame = ~0ull;
    memory.vcpu_error = -XEN_EPERM;
    fails_with("cold", "pages=30 depth=4", "registers of the vcpu cannot be read (EPERM)");
    memory.vcpu_error = 0;
    memory.open_error = -XEN_EACCES;
    fails_with("cold", "pages=30 depth=4", "domain 1 cannot be opened");
    memory.open_error = 0;
    memory.alloc_limit = 50000;
    fails_with("cold", "pages=30 batch=4096 depth=4", "no memory for batches of 4096 pages");
}

/* A page of another size in the middle of the range. */
static void depth_is_asserted_for_every_page(void)
{
    make_target(512, 1);
    memory_map(root, 4, BASE + 512 * 4096, 2, 0x400);
    for (int s = 0; s < 4; s++)
        fails_with(states[s], "pages=520 batch=520 depth=4",
                   "page 512 at 0x5a0000200000: walk read 3 levels instead of 4");
}

static void refusals(void)
{
    CHECK_EQ(introspector_run_job("seq=1 workload=refusal domid=3 type=pvh attempt=write-map"),
             INTROSPECTOR_CONTINUE);
    CHECK_EQ(decode(records), 3);
    CHECK_EQ(strcmp(records[1].payload, "attempt=write-map errno=13"), 0);
    CHECK_EQ(memory.counters.maps, 0);

    memory.written = 0;
    CHECK_EQ(introspector_run_job("seq=1 workload=refusal domid=3 type=pvh attempt=foreign-map frame=0x5"),
             INTROSPECTOR_CONTINUE);
    CHECK_EQ(decode(records), 3);
    CHECK_EQ(strcmp(records[1].payload, "attempt=foreign-map errno=0"), 0); /* granted, and given back */
    CHECK_EQ(memory.mapped, 0);
    CHECK_EQ(memory.counters.maps, 1);
}

const struct test page_walk_tests[] = {
    {"page-walk: every state reads the right bytes", every_state},
    {"page-walk: counts of the states", counts_of_the_states},
    {"page-walk: readings of the clock", stamps_of_the_states},
    {"page-walk: the way of 2018", the_way_of_2018},
    {"page-walk: large pages", large_pages},
    {"page-walk: five levels, CR3 handed in", five_levels_by_cr3},
    {"page-walk: errors are clear", errors_are_clear},
    {"page-walk: the depth of every page is asserted", depth_is_asserted_for_every_page},
    {"refusal: reports what was answered", refusals},
    {0},
};
