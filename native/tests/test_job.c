/*
 * test_job.c - jobs, good and bad.
 */
#include "../introspector/job.h"

#include <stdio.h>
#include <string.h>

#include "../introspector/introspector.h"
#include "../workloads/table.h"
#include "memory.h"
#include "test.h"

#define WALK "seq=3 workload=page-walk domid=5 type=pvh state=tables base=0x5a0000000000 pages=1234 depth=4"

static char message[400];

static bool parse(const char *line, struct job *job)
{
    struct text error = TEXT(message);
    bool good = job_parse(line, job, &error);

    CHECK(!error.cut);
    CHECK_EQ(good, error.length == 0);
    return good;
}

static void whole_job(void)
{
    struct job job;

    CHECK(parse(WALK " batch=100 repeat=7 warmup=2 cr3=0x1000 levels=5", &job));
    CHECK_EQ(job.seq, 3);
    CHECK_EQ(strcmp(job.workload->name, "page-walk"), 0);
    CHECK_EQ(job.domid, 5);
    CHECK_EQ(job.type, JOB_PVH);
    CHECK_EQ(job.state, JOB_TABLES);
    CHECK_EQ(job.base, 0x5a0000000000);
    CHECK_EQ(job.pages, 1234);
    CHECK_EQ(job.batch, 100);
    CHECK_EQ(job.depth, 4);
    CHECK_EQ(job.repeat, 7);
    CHECK_EQ(job.warmup, 2);
    CHECK_EQ(job.cr3, 0x1000);
    CHECK_EQ(job.levels, 5);

    CHECK(parse("seq=1 workload=events domid=5 type=pvh kind=debug vcpus=2 others=31", &job));
    CHECK_EQ(strcmp(job_kind_name(job.kind), "debug"), 0);
    CHECK_EQ(job.vcpus, 2);
    CHECK_EQ(job.others, 31);
    CHECK(parse("seq=1 workload=events domid=5 type=pvh kind=debug", &job));
    CHECK_EQ(job.vcpus, 0); /* all */
    CHECK(!parse("seq=1 workload=events domid=5 type=pvh kind=debug vcpus=0", &job));
    CHECK(!parse("seq=1 workload=events domid=5 type=pvh kind=debug others=32", &job));

    CHECK(parse("seq=1 workload=locate domid=5 type=pvh pages=1 region=process", &job));
    CHECK_EQ(job.region, JOB_PROCESS);
    CHECK(parse("seq=1 workload=locate domid=5 type=pvh pages=1 region=kernel base=0x1000", &job));
    CHECK_EQ(job.region, JOB_KERNEL);
}

static void defaults(void)
{
    struct job job;

    CHECK(parse(WALK " cr3=auto levels=auto", &job));
    CHECK_EQ(job.batch, 500);
    CHECK_EQ(job.repeat, 1);
    CHECK_EQ(job.warmup, 0);
    CHECK_EQ(job.cr3, 0);
    CHECK_EQ(job.levels, 0);
    CHECK_EQ(job.region, JOB_KERNEL);
    CHECK(parse("workload=exit seq=9", &job));
    CHECK(job.workload->run == NULL);
}

static void bad_jobs(void)
{
    static const struct { const char *line, *says; uint64_t seq; } cases[] = {
        {"", "not key=value", 0},
        {"seq=1", "workload is missing", 1},
        {"workload=clock", "seq is missing", 0},
        {"seq=0 workload=clock", "seq=", 0},
        {"seq=1 workload=clock seq=2", "given twice", 1},
        {"seq=1 workload=reboot", "\"reboot\" is not known", 1},
        {"seq=1 workload=clock colour=red", "\"colour\" is not known", 1},
        {"colour=red seq=8 workload=clock", "\"colour\" is not known", 8},
        {"seq=1  workload=clock", "not key=value", 1},
        {"seq=1 workload=clock ", "not key=value", 1},
        {"seq=1 workload", "not key=value", 1},
        {"seq=1 =clock", "not key=value", 1},
        {"seq=1 workload=page-walk", "domid is missing", 1},
        {WALK " batch=0", "batch=\"0\" is not a number from 1 to 4096", 3},
        {WALK " batch=4097", "batch=", 3},
        {WALK " batch=-1", "batch=", 3},
        {WALK " batch=", "batch=", 3},
        {WALK " batch=0x", "batch=", 3},
        {WALK " batch=1e3", "batch=", 3},
        {WALK " warmup=99999999999999999999999", "warmup=", 3},
        {WALK " repeat=auto", "repeat=", 3},
        {WALK " levels=3", "from 4 to 5 or auto", 3},
        {"seq=3 workload=page-walk domid=5 type=vm", "type=\"vm\" is not one of pv, pvh, hvm", 3},
        {"seq=3 workload=page-walk domid=5 type=pv state=hot", "cold, tables, warm, batch", 3},
        {"seq=3 workload=page-walk domid=32752", "domid=", 3},
        {"seq=3 workload=page-walk domid=1 type=pv state=cold base=0x1001 pages=1 depth=4", "aligned", 3},
        {"seq=3 workload=page-walk domid=1 type=pv state=cold base=0xfffffffffffff000 pages=2 depth=4", "last address", 3},
        {"seq=3 workload=page-walk domid=1 type=pv state=cold base=0 pages=500001 depth=4", "pages=", 3},
        {"seq=3 workload=page-walk domid=1 type=pv state=cold base=0 pages=1 depth=1", "depth=", 3},
        {"seq=1 workload=locate region=heap", "region=\"heap\" is not one of kernel, process", 1},
        {"seq=1 workload=locate domid=1 type=pv pages=1 base=0x1000 region=process", "both say where", 1},
        {"seq=1 \x01\xff=2", "key \"??\" is not known", 1},
    };
    struct job job;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        CHECK(!parse(cases[i].line, &job));
        CHECK_HAS(message, cases[i].says);
        CHECK_EQ(job.seq, cases[i].seq);
    }
}

/* The least and the most that each number may be. */
static void bounds_of_numbers(void)
{
    static const struct {
        const char *key;
        uint64_t min, max;
    } of[] = {
        {"domid", 0, 32751},   {"pages", 1, 500000},       {"batch", 1, 4096},
        {"depth", 2, 5},       {"repeat", 1, UINT32_MAX},  {"warmup", 0, UINT32_MAX},
        {"levels", 4, 5},      {"frame", 0, (1ull << 40) - 1}, {"count", 1, UINT32_MAX},
        {"walk", 0, 64},       {"spin", 0, UINT32_MAX},    {"every", 0, UINT32_MAX},
        {"timeout", 1, 3600000}, {"vcpus", 1, 32},         {"others", 0, 31},
        {"stamps", 0, 1},
    };
    char line[200];
    struct job job;

    for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
        for (int at = 0; at < 4; at++) {
            uint64_t value = at < 2 ? of[i].min - !at : of[i].max + (uint64_t)(at - 2);

            if (at == 0 && !of[i].min)
                continue;
            snprintf(line, sizeof(line), "seq=1 workload=clock %s=%llu", of[i].key,
                     (unsigned long long)value);
            CHECK_EQ(parse(line, &job), at == 1 || at == 2);
        }
    }
    CHECK(parse("seq=4294967295 workload=clock", &job));
    CHECK(!parse("seq=4294967296 workload=clock", &job));
    CHECK_EQ(job.seq, 0);
    CHECK(parse("seq=1 workload=clock cr3=1", &job));
    CHECK(!parse("seq=1 workload=clock cr3=0", &job));
}

static void lines_that_are_too_long(void)
{
    char line[JOB_MAX + 200];
    struct job job;

    memset(line, 'x', sizeof(line));
    line[JOB_MAX + 1] = '\0';
    CHECK(!parse(line, &job));
    CHECK_HAS(message, "longer than");
    line[JOB_MAX] = '\0';
    CHECK(!parse(line, &job));
    CHECK_HAS(message, "not key=value");
}

static void numbers(void)
{
    static const struct { const char *s; bool good; uint64_t value; } cases[] = {
        {"0", true, 0}, {"18446744073709551615", true, UINT64_MAX},
        {"18446744073709551616", false, 0}, {"0xffffffffffffffff", true, UINT64_MAX},
        {"0x10000000000000000", false, 0}, {"0xAbC", true, 0xabc}, {"0x", false, 0},
        {"", false, 0}, {"12a", false, 0}, {" 1", false, 0}, {"+1", false, 0},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint64_t value = 0;

        CHECK_EQ(text_parse_u64(cases[i].s, strlen(cases[i].s), &value), cases[i].good);
        if (cases[i].good)
            CHECK_EQ(value, cases[i].value);
    }
}

static void texts(void)
{
    char small[8], buffer[100];
    struct text t = TEXT(small), u = TEXT(buffer);

    text_add(&t, "1234567");
    CHECK(!t.cut);
    text_char(&t, '8');
    CHECK(t.cut);
    CHECK_EQ(strcmp(small, "1234567"), 0);

    text_key_u64(&u, "a", 0);
    text_key_hex(&u, "b", UINT64_MAX);
    text_key_hex(&u, "c", 0);
    text_key_u64(&u, "d", UINT64_MAX);
    CHECK_EQ(strcmp(buffer, "a=0 b=0xffffffffffffffff c=0x0 d=18446744073709551615"), 0);
}

const struct test job_tests[] = {
    {"job: every key", whole_job},
    {"job: defaults", defaults},
    {"job: bad jobs are told apart", bad_jobs},
    {"job: bounds of numbers", bounds_of_numbers},
    {"job: lines that are too long", lines_that_are_too_long},
    {"job: numbers", numbers},
    {"job: texts of fixed size", texts},
    {0},
};
