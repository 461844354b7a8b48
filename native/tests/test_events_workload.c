/*
 * test_events_workload.c - workload events over a made-up target that makes them: what is
 * measured, counted and written, how the target is left, and what is said when it does not
 * do its part.
 */
#include <stdio.h>
#include <string.h>
#include <xen/errno.h>

#include "../introspector/introspector.h"
#include "../workloads/digest.h"
#include "../workloads/streams.h"
#include "../workloads/table.h"
#include "decode.h"
#include "event_guest.h"
#include "instance.h"
#include "memory.h"
#include "test.h"
#include "xen_end.h"

/* Where the numbers of the target's events begin: the samples go round soon. */
#define FIRST (3 * (uint64_t)STREAM_CAPACITY - 6)

#define WALK_BASE 0x7f0000000000ull

static struct decoded records[DECODE_RECORDS];
static int count;

static void run(const char *more)
{
    char job[300];

    snprintf(job, sizeof(job), "seq=1 workload=events domid=7 type=pvh levels=4 timeout=100 %s",
             more);
    count = instance_job(job, records);
}

/* The @n-th record of a type, from 0. */
static const struct decoded *record(char type, int n)
{
    static const struct decoded none;

    for (int i = 0; i < count; i++) {
        if (records[i].type == type && !n--)
            return &records[i];
    }
    return &none;
}

static uint64_t total(const char *key)
{
    return decode_value(record('N', 0), key);
}

static void expect_error(const char *message)
{
    CHECK_HAS(record('E', 0)->payload, "status=error");
    CHECK_HAS(record('E', 0)->payload, message);
}

/* The @n-th batch: its phase, its place, and that its ticks are the target's. */
static void expect_batch(int n, const char *phase, unsigned int vcpu, unsigned int size,
                         bool handled)
{
    const struct decoded *batch = record('V', n), *samples = record('T', n);
    uint64_t first = decode_value(batch, "first");
    uint32_t pairs[64];
    char text[60];

    snprintf(text, sizeof(text), "phase=%s vcpu=%u ", phase, vcpu);
    CHECK_HAS(batch->payload, text);
    CHECK_EQ(decode_value(batch, "batch"), n);
    CHECK_EQ(decode_value(batch, "count"), size);
    CHECK_EQ(samples->length, size * 8);
    memcpy(pairs, samples->payload, samples->length);
    for (unsigned int i = 0; i < size; i++) {
        CHECK_EQ(pairs[2 * i], event_guest_ticks(vcpu, first + i));
        CHECK_EQ(pairs[2 * i + 1] != 0, handled);
    }
}

static void batch_after_batch(void)
{
    uint64_t begin;

    event_guest_make(1, FIRST);
    run("kind=cpuid count=10 batch=3 spin=77");
    CHECK_EQ(count, 11); /* H O V T V T V T N K E */
    CHECK_HAS(record('O', 0)->payload, "capabilities=");
    expect_batch(0, "unmonitored", 0, 3, false);
    expect_batch(1, "monitored", 0, 3, true);
    expect_batch(2, "monitored", 0, 3, true);
    /* The event in whose handler a batch is written is in none. */
    begin = decode_value(record('V', 1), "first") - 1;
    CHECK_EQ(decode_value(record('V', 0), "first"), begin - 1 - 3);
    CHECK_EQ(decode_value(record('V', 2), "first"), begin + 1 + 3 + 1);
    CHECK(begin >= FIRST + 3 + 2);

    CHECK_EQ(total("vcpus"), 1);
    CHECK_EQ(total("spin"), 77);
    CHECK_EQ(total("executed"), 10);
    CHECK_EQ(total("events"), 10);
    CHECK_EQ(total("extra"), 0);
    CHECK_EQ(total("lost"), 0);
    CHECK_EQ(total("errors"), 0);
    CHECK_EQ(total("unclaimed"), 0);
    CHECK_EQ(total("bad"), 0);
    CHECK_EQ(total("requests"), total("responses"));
    CHECK(total("requests") >= 10);
    CHECK(total("elapsed") > 0);
    CHECK_EQ(total("digest"), DIGEST_START);
    CHECK_HAS(record('K', 0)->payload, "kind=cpuid offered=1 delivered=1");
    CHECK_HAS(record('E', 0)->payload, "status=ok");

    /* The target was given two orders, and sleeps by the last. */
    CHECK_EQ(event_guest.orders, 2);
    CHECK_EQ(event_guest.order_kind, EVENT_NONE);
    CHECK_EQ(event_guest.order_makers, 0);
    CHECK_EQ(event_guest_stream(0)->kind, EVENT_NONE);
    CHECK(!event_guest.stepped);
}

/* The next job gives an order that the target has not obeyed, whatever it obeyed last. */
static void job_after_job(void)
{
    event_guest_make(2, FIRST);
    event_guest_stream(1)->order = 41;
    run("kind=guest-request count=2 batch=1 vcpus=1");
    CHECK_HAS(record('E', 0)->payload, "status=ok");
    CHECK_EQ(event_guest_stream(0)->order, 43);
    run("kind=guest-request count=2 batch=1 vcpus=1");
    CHECK_HAS(record('E', 0)->payload, "status=ok");
    CHECK_EQ(event_guest_stream(1)->order, 45);
}

/* Each kind is answered so that the target finds nothing wrong. */
static void kinds(void)
{
    static const char *const names[] = {
        "cpuid", "cr3-write", "msr-write", "debug", "descriptor", "guest-request", "breakpoint",
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char job[80], kind[60];

        event_guest_make(1, FIRST);
        snprintf(job, sizeof(job), "kind=%s count=7 batch=2 every=0", names[i]);
        run(job);
        CHECK_EQ(count, 8); /* H O V V V N K E, and no samples */
        CHECK_EQ(total("events"), 7);
        CHECK_EQ(total("executed"), 7);
        CHECK_EQ(total("errors"), 0);
        CHECK_EQ(total("extra") + total("lost") + total("unclaimed") + total("bad"), 0);
        snprintf(kind, sizeof(kind), "kind=%s offered=1 delivered=1", names[i]);
        CHECK_HAS(record('K', 0)->payload, kind);
        memory_reset();
    }
}

/* Several vcpus at once: each has batches of its own, and what a drain takes is shared. */
static void several_vcpus(void)
{
    uint64_t root, digest = DIGEST_START;
    unsigned int monitored[2] = {0};

    event_guest_make(3, FIRST);
    root = memory.vcpu.cr3 >> 12;
    for (unsigned int i = 0; i < 32; i++) {
        uint64_t frame = memory_frame();

        memory_pattern(frame);
        digest = digest_words(digest, memory.words[frame], 512);
        memory_map(root, 4, WALK_BASE + i * PLAT_PAGE_SIZE, 1, frame);
    }
    run("kind=cr3-write count=40 batch=4 vcpus=2 others=1 base=0x7f0000000000 walk=32");
    CHECK_HAS(record('E', 0)->payload, "status=ok");
    CHECK_EQ(total("vcpus"), 2);
    CHECK_EQ(total("others"), 1);
    CHECK_EQ(total("walk"), 32);
    /* At the 40th the batch of the one that computes begins: five units, while they go on. */
    CHECK_EQ(total("executed"), 50);
    CHECK_EQ(total("events"), 50);
    CHECK_EQ(total("lost") + total("extra") + total("errors"), 0);
    CHECK_EQ(total("digest"), digest);
    CHECK_HAS(record('N', 0)->payload, "hypercalls=unknown syscalls=0"); /* on this platform */
    for (int n = 0; record('V', n)->type; n++) {
        const struct decoded *batch = record('V', n);
        unsigned int vcpu = (unsigned int)decode_value(batch, "vcpu");

        if (strstr(batch->payload, "phase=others"))
            CHECK_EQ(vcpu, 2);
        else
            CHECK(vcpu < 2);
        if (strstr(batch->payload, "phase=monitored"))
            monitored[vcpu]++;
    }
    CHECK_EQ(monitored[0], 3); /* it asks for orders now and then */
    CHECK_EQ(monitored[1], 4);
}

/*
 * Of what a drain of two takes each event has half. Vcpu 1 has an event in every drain
 * that vcpu 0 has one in: twice those of vcpu 0 are no more than all the time.
 */
static void what_a_drain_takes_is_shared(void)
{
    uint64_t handled = 0, frame;
    uint32_t pairs[2 * 16];
    int n = 0;

    event_guest_make(2, FIRST);
    frame = memory_frame();
    for (unsigned int i = 0; i < 64; i++)
        memory_map(memory.vcpu.cr3 >> 12, 4, WALK_BASE + i * PLAT_PAGE_SIZE, 1, frame);
    run("kind=cr3-write count=44 batch=16 vcpus=2 base=0x7f0000000000 walk=64");
    while (record('V', n)->type && !strstr(record('V', n)->payload, "phase=monitored vcpu=0"))
        n++;
    CHECK_EQ(record('T', n)->length, sizeof(pairs));
    memcpy(pairs, record('T', n)->payload, sizeof(pairs));
    for (int i = 0; i < 16; i++)
        handled += pairs[2 * i + 1];
    CHECK(handled > 0);
    CHECK(2 * handled <= total("elapsed"));
}

static void what_goes_wrong_is_counted(void)
{
    event_guest_make(2, FIRST);
    event_guest.unseen = FIRST + 15;
    event_guest.wrong = FIRST + 17;
    event_guest.stray = true;
    run("kind=guest-request count=16 batch=2 vcpus=1");
    CHECK_HAS(record('E', 0)->payload, "status=ok"); /* the harness judges by the counts */
    CHECK_EQ(total("events"), 16);
    CHECK_EQ(total("lost"), 1);
    CHECK_EQ(total("executed"), 17);
    CHECK_EQ(total("errors"), 1);
    CHECK_EQ(total("extra"), 1); /* of the vcpu that was to sleep */
    memory_reset();

    event_guest_make(1, FIRST);
    event_guest.twice = FIRST + 15;
    run("kind=guest-request count=16 batch=2");
    CHECK_EQ(total("events"), 16);
    CHECK_EQ(total("lost"), 0);
    CHECK_EQ(total("extra"), 1);
    CHECK_EQ(total("requests"), 17);
    CHECK_EQ(total("responses"), 17);
    memory_reset();

    /* After the last event that was listened for, the target goes on by itself. */
    event_guest_make(1, FIRST);
    event_guest.wrong = FIRST + 14;
    run("kind=guest-request count=4 batch=2");
    CHECK_EQ(total("errors"), 1);
}

static void kinds_that_do_not_come(void)
{
    event_guest_make(1, FIRST);
    event_guest.silent = true;
    run("kind=msr-write count=4 batch=2");
    CHECK_EQ(record('N', 0)->type, 0);
    CHECK_HAS(record('K', 0)->payload, "kind=msr-write offered=1 delivered=0");
    CHECK_HAS(record('E', 0)->payload, "status=ok");
    memory_reset();

    event_guest_make(1, FIRST);
    xen_end.offers = 1u << PLAT_MONITOR_CPUID;
    run("kind=msr-write count=4 batch=2");
    CHECK_EQ(count, 4); /* H O K E */
    CHECK_HAS(record('K', 0)->payload, "kind=msr-write offered=0 delivered=0");
    CHECK_EQ(event_guest.orders, 0);
}

static void how_it_waits(void)
{
    static const struct {
        const char *name;
        enum plat_wait how;
    } ways[] = {{"block", PLAT_WAIT_BLOCK}, {"poll", PLAT_WAIT_POLL}, {"adaptive", PLAT_WAIT_ADAPTIVE}};

    for (int i = 0; i < 3; i++) {
        char job[80], text[60];

        event_guest_make(1, FIRST);
        event_guest.ends_at = FIRST + 12; /* the last wait is for an event */
        snprintf(job, sizeof(job), "kind=guest-request count=9 batch=1 wait=%s", ways[i].name);
        run(job);
        expect_error("listening ended: no event in time (ETIME)");
        CHECK_EQ(xen_end.how, ways[i].how);
        CHECK_EQ(xen_end.timeout_ms, 100);
        memory_reset();

        event_guest_make(1, FIRST);
        snprintf(text, sizeof(text), "wait=%s notify=", ways[i].name);
        run(job);
        CHECK_HAS(record('N', 0)->payload, text);
        memory_reset();
    }
}

/* Answers of a drain are told one by one, or together. */
static void how_it_notifies(void)
{
    event_guest_make(2, FIRST);
    run("kind=guest-request count=20 batch=4 notify=drain");
    CHECK(total("notifications") < 15);
    CHECK_HAS(record('N', 0)->payload, "notify=drain");
    memory_reset();
    event_guest_make(2, FIRST);
    run("kind=guest-request count=20 batch=4 notify=event");
    CHECK(total("notifications") > 15);
    CHECK_HAS(record('N', 0)->payload, "notify=event");
}

static void ask_to_end(void)
{
    memory.ending = true;
}

static void target_that_does_not_do_its_part(void)
{
    /* It executes nothing, and so obeys nothing that it is ordered. */
    event_guest_make(1, FIRST);
    event_guest.deaf = true;
    xen_end.waited_for = NULL;
    run("kind=guest-request count=4 batch=2");
    expect_error("target asks for no orders: no event in time");
    CHECK_HAS(record('E', 0)->payload, "asked=0 finished=");
    CHECK_EQ(xen_end.timeout_ms, 5000); /* whatever the job says: others may have the CPU */
    memory_reset();

    event_guest_make(1, FIRST);
    event_guest.ends_at = FIRST + 8;
    run("kind=guest-request count=4 batch=2");
    expect_error("target executes no events: is it paused?");
    memory_reset();

    event_guest_make(1, FIRST);
    xen_end.slept = ask_to_end;
    run("kind=guest-request count=4 batch=2");
    expect_error("a signal ended the wait for the target");
    memory.ending = false;
    memory_reset();

    event_guest_make(1, FIRST);
    run("kind=guest-request count=4 batch=2 walk=1 base=0x7f0000000000");
    expect_error("pages of the mixed load cannot be read");
    CHECK_EQ(record('N', 0)->type, 0);
    memory_reset();

    event_guest_make(2, FIRST);
    event_guest.units = STREAM_CAPACITY + 1;
    run("kind=guest-request count=4 batch=2 vcpus=1 others=1");
    expect_error("target has overwritten the samples of a vcpu that computes");
    memory_reset();
}

/* A target of another kind, or with fewer vcpus than the job wants. */
static void streams_that_are_not_there(void)
{
    struct session session;
    struct streams streams;
    char buffer[400];
    struct text error = TEXT(buffer);

    event_guest_make(1, FIRST);
    event_guest_stream(0)->magic++;
    run("kind=cpuid count=4 batch=2");
    expect_error("target has no streams of events (tv.events=1 on its command line)");
    event_guest_stream(0)->magic--;
    event_guest_stream(0)->vcpu = 1;
    run("kind=cpuid count=4 batch=2");
    expect_error("target has no streams of events");
    memory_reset();

    event_guest_make(2, FIRST);
    event_guest_stream(1)->magic = 0;
    run("kind=cpuid count=4 batch=2 vcpus=2");
    expect_error("vcpus and others are too many: the target has 1");
    run("kind=cpuid count=4 batch=2 vcpus=1 others=1");
    expect_error("vcpus and others are too many: the target has 1");
    run("kind=cpuid count=4 batch=2");
    CHECK_HAS(record('E', 0)->payload, "status=ok");
    CHECK_EQ(total("vcpus"), 1);
    memory_reset();

    /* What is no stream does not stay mapped while the target is open. */
    event_guest_make(1, FIRST);
    event_guest_stream(0)->magic = 0;
    session = (struct session){.vmi = instance_open(), .cr3 = memory.vcpu.cr3};
    CHECK_EQ(tvmi_set_paging(session.vmi, 4, 46), 0);
    CHECK(!streams_open(&streams, &session, &error));
    vmi_pagecache_flush(session.vmi);
    CHECK_EQ(memory.mapped, 0);
    session_close(&session);
    memory_reset();

    /* One page of the samples is missing. */
    event_guest_make(1, FIRST);
    *memory_entry(memory.vcpu.cr3 >> 12, 4, STREAM_BASE + 8 * PLAT_PAGE_SIZE, 1) = 0;
    run("kind=cpuid count=4 batch=2");
    expect_error("target has no streams of events");
}

static void what_xen_refuses(void)
{
    event_guest_make(1, FIRST);
    xen_end.open_error = -XEN_EBUSY;
    run("kind=cpuid count=4 batch=2");
    expect_error("events of the target: ");
    memory_reset();

    event_guest_make(1, FIRST);
    xen_end.stuck = true;
    run("kind=cpuid count=4 batch=2");
    expect_error("events cannot be switched off: ");
    CHECK(xen_end.left);
}

/* Whichever request for memory fails, that is told, and nothing is left. */
static void too_little_memory(void)
{
    size_t allocs = 0, of_batches = 0;

    for (;; allocs++) {
        event_guest_make(2, FIRST);
        memory.allocs = allocs;
        run("kind=cr3-write count=4 batch=3 vcpus=1 others=1");
        if (strstr(record('E', 0)->payload, "status=ok") || allocs == 100)
            break;
        of_batches += !!strstr(record('E', 0)->payload, "no memory for batches of 3 events: use a "
                                                        "smaller batch or a larger domain");
        memory_reset();
    }
    CHECK_HAS(record('E', 0)->payload, "status=ok");
    CHECK_EQ(of_batches, 5); /* samples twice, a page, a handler's ticks, another's */
}

static void limits_of_its_own(void)
{
    struct job job = {.domid = 7, .type = 1, .levels = 4, .walk = 65};
    struct records out = {.seq = 1};
    char buffer[200];
    struct text error = TEXT(buffer);

    event_guest_make(1, FIRST);
    CHECK(!workload_events(&job, &out, &error));
    CHECK_HAS(buffer, "walk is too large");
    CHECK_EQ(memory.platforms, 0);
}

static void output_that_breaks(void)
{
    event_guest_make(1, FIRST);
    memory.output_broken = true;
    CHECK_EQ(introspector_run_job("seq=1 workload=events domid=7 type=pvh levels=4 timeout=100 "
                                  "kind=guest-request count=1000000 batch=2"),
             INTROSPECTOR_BROKEN);
    CHECK(event_guest_stream(0)->finished < FIRST + 100); /* it stops at once */
    CHECK_EQ(memory.platforms, 0);
    CHECK(!xen_end.open);
}

const struct test events_workload_tests[] = {
    {"events job: batch after batch", batch_after_batch},
    {"events job: job after job", job_after_job},
    {"events job: every kind", kinds},
    {"events job: several vcpus, and one that computes", several_vcpus},
    {"events job: what a drain takes is shared", what_a_drain_takes_is_shared},
    {"events job: what goes wrong is counted", what_goes_wrong_is_counted},
    {"events job: kinds that do not come", kinds_that_do_not_come},
    {"events job: how it waits", how_it_waits},
    {"events job: how it notifies", how_it_notifies},
    {"events job: a target that does not do its part", target_that_does_not_do_its_part},
    {"events job: streams that are not there", streams_that_are_not_there},
    {"events job: what Xen refuses", what_xen_refuses},
    {"events job: too little memory", too_little_memory},
    {"events job: limits of its own", limits_of_its_own},
    {"events job: output that breaks", output_that_breaks},
    {0},
};
