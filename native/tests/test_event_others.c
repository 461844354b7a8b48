/*
 * test_event_others.c - vcpus that compute beside those that make events, over streams in
 * plain memory.
 */
#include <stdlib.h>
#include <string.h>

#include "../workloads/event_others.h"
#include "decode.h"
#include "memory.h"
#include "test.h"

#define STREAMS 3
#define UNITS   4

static struct event_stream *pages[STREAMS];
static struct streams streams;
static struct event_others others;

static uint32_t *samples_of(unsigned int v)
{
    return (uint32_t *)((char *)pages[v] + PLAT_PAGE_SIZE);
}

/* A vcpu does units, each of which takes so long. */
static void work(unsigned int v, unsigned int units, uint32_t ticks)
{
    while (units--) {
        samples_of(v)[pages[v]->finished % STREAM_CAPACITY] = ticks;
        pages[v]->started++;
        pages[v]->finished++;
    }
}

static void open_streams(void)
{
    streams = (struct streams){.n = STREAMS};
    for (unsigned int v = 0; v < STREAMS; v++) {
        pages[v] = calloc(1, PLAT_PAGE_SIZE + STREAM_CAPACITY * sizeof(uint32_t));
        CHECK(pages[v]);
        streams.at[v] = pages[v];
    }
    CHECK(event_others_open(&others, &streams, 1, 2, UNITS));
}

static void close_streams(void)
{
    event_others_close(&others);
    for (unsigned int v = 0; v < STREAMS; v++)
        free(pages[v]);
}

static void units_with_and_without(void)
{
    static struct decoded records[DECODE_RECORDS];
    struct job job = {.batch = UNITS, .kind = EVENT_CPUID, .every = 1};
    struct records out = {.seq = 1};
    struct event_batches batches;
    const uint32_t *ticks;

    open_streams();
    CHECK(event_batches_open(&batches, &job, &out, &streams));
    work(1, 2, 7);
    event_others_begin(&others);
    CHECK(!event_others_done(&others));
    work(1, 1, 9); /* it was under way when the batch began */
    work(1, UNITS, 10);
    CHECK(!event_others_done(&others)); /* the other has not done its own */
    work(2, 1 + UNITS, 20);
    CHECK(event_others_done(&others));
    event_others_keep(&others);

    event_others_begin(&others);
    work(1, 1 + UNITS, 11);
    work(2, 1 + UNITS, 21);
    CHECK(event_others_done(&others));
    CHECK(event_others_write(&others, &batches));

    CHECK_EQ(decode(records), 8);
    CHECK_HAS(records[0].payload, "kind=cpuid phase=others-unmonitored vcpu=1 first=3 count=4");
    CHECK_EQ(decode_value(&records[0], "median"), 10);
    CHECK_HAS(records[2].payload, "phase=others vcpu=1 first=8 count=4");
    CHECK_EQ(decode_value(&records[2], "median"), 11);
    CHECK_HAS(records[4].payload, "phase=others-unmonitored vcpu=2 first=1");
    CHECK_HAS(records[6].payload, "phase=others vcpu=2 first=6");
    CHECK_EQ(records[7].type, 'T');
    CHECK_EQ(records[7].length, UNITS * 8);
    ticks = (const uint32_t *)records[7].payload;
    CHECK_EQ(ticks[0], 21);
    CHECK_EQ(ticks[1], 0); /* nobody handles them */
    event_batches_close(&batches);
    close_streams();
}

static void units_that_are_overwritten(void)
{
    struct job job = {.batch = UNITS, .kind = EVENT_CPUID};
    struct records out = {.seq = 1};
    struct event_batches batches;

    open_streams();
    CHECK(event_batches_open(&batches, &job, &out, &streams));
    event_others_begin(&others);
    work(1, STREAM_CAPACITY, 10);
    work(2, STREAM_CAPACITY, 10);
    CHECK(event_others_write(&others, &batches));
    work(2, 1, 10);
    CHECK(!event_others_write(&others, &batches));
    event_batches_close(&batches);
    close_streams();
}

static void nobody_computes(void)
{
    open_streams();
    event_others_close(&others);
    CHECK(event_others_open(&others, &streams, STREAMS, 0, UNITS));
    event_others_begin(&others);
    CHECK(event_others_done(&others));
    close_streams();
}

const struct test event_others_tests[] = {
    {"others: units with a monitor and without", units_with_and_without},
    {"others: units that the target has overwritten", units_that_are_overwritten},
    {"others: nobody computes", nobody_computes},
    {0},
};
