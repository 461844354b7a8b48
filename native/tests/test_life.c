/*
 * test_life.c - new jobs told from old ones, and the stamps of an introspector's life.
 */
#include <string.h>

#include "../introspector/inbox.h"
#include "../introspector/introspector.h"
#include "../introspector/stamps.h"
#include "decode.h"
#include "memory.h"
#include "test.h"

static struct decoded records[DECODE_RECORDS];

static void a_job_is_new_by_its_number(void)
{
    unsigned long last = 0;

    CHECK(inbox_is_new("seq=1 workload=clock", &last));
    CHECK(!inbox_is_new("workload=page-walk seq=1", &last));
    CHECK(inbox_is_new("workload=clock seq=20", &last));
    CHECK_EQ(last, 20);
    CHECK(!inbox_is_new("workload=clock seq=20x", &last));
}

static void a_job_without_a_number_is_no_news(void)
{
    unsigned long last = 0;

    CHECK(!inbox_is_new("", &last));
    CHECK(!inbox_is_new("consequence=4", &last));
}

static void a_point_is_noted_once(void)
{
    uint64_t before;

    stamp_at(STAMP_FIRST, 5);
    stamp_at(STAMP_FIRST, 6);
    CHECK_EQ(stamp_of(STAMP_FIRST), 5);
    stamp(STAMP_READY);
    before = stamp_of(STAMP_READY);
    stamp(STAMP_READY);
    CHECK(before != 0);
    CHECK_EQ(stamp_of(STAMP_READY), before);
}

static void stamps_are_reported_when_all_are_there(void)
{
    memory.written = 0;
    stamp_at(STAMP_FIRST, 5);
    stamp_at(STAMP_ENTERED, 6);
    stamp_at(STAMP_READ, 7);
    stamp(STAMP_READY);
    stamp(STAMP_ANSWERED);
    CHECK_EQ(introspector_run_job("seq=3 workload=stamps"), INTROSPECTOR_CONTINUE);
    CHECK_EQ(decode(records), 3);
    CHECK_EQ(records[1].type, 'L');
    CHECK_EQ(decode_value(&records[1], "first"), 5);
    CHECK_EQ(decode_value(&records[1], "entered"), 6);
    CHECK_EQ(decode_value(&records[1], "asked"), stamp_of(STAMP_ASKED));
    CHECK_HAS(records[2].payload, "status=ok");
}

const struct test life_tests[] = {
    {"a job is new by its number", a_job_is_new_by_its_number},
    {"a job without a number is no news", a_job_without_a_number_is_no_news},
    {"a point is noted once", a_point_is_noted_once},
    {"stamps are reported when all are there", stamps_are_reported_when_all_are_there},
    {NULL, NULL},
};
