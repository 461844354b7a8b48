/*
 * test_records.c - frames of records, and the records around every job.
 */
#include "../introspector/records.h"

#include <string.h>

#include "../introspector/introspector.h"
#include "decode.h"
#include "memory.h"
#include "test.h"

static struct decoded records[DECODE_RECORDS];

/* The check value of CRC-32/ISO-HDLC in the catalogue of parametrised CRCs. */
static void crc_check_value(void)
{
    CHECK_EQ(record_crc(0, "123456789", 9), 0xcbf43926);
    CHECK_EQ(record_crc(record_crc(0, "1234", 4), "56789", 5), 0xcbf43926);
    CHECK_EQ(record_crc(0, "", 0), 0);
}

/* A whole line as another implementation wrote it (Python's zlib and base64). */
static void line_as_others_write_it(void)
{
    struct records r = {.seq = 12, .count = 3};

    record_write(&r, RECORD_REFUSAL, "ab", 2);
    memory.output[memory.written] = '\0';
    CHECK_EQ(strcmp(memory.output, "\n~TV1 12 3 0 1 R 2 ef081955 YWI=~\n"), 0);
}

static void fragments_of_every_size(void)
{
    static const size_t sizes[] = {0, 1, 2, 3, 479, 480, 481, 960, 961, 10000};
    static char payload[10000];
    struct records r = {.seq = 4000000000};
    size_t n = sizeof(sizes) / sizeof(sizes[0]);

    for (size_t i = 0; i < sizeof(payload); i++)
        payload[i] = (char)(i * 7 + i / 256);
    for (size_t i = 0; i < n; i++)
        record_write(&r, RECORD_SAMPLES, payload, sizes[i]);
    CHECK_EQ(r.count, n);
    CHECK_EQ(decode(records), n);
    for (size_t i = 0; i < n; i++) {
        CHECK_EQ(records[i].seq, 4000000000);
        CHECK_EQ(records[i].type, 'S');
        CHECK_EQ(records[i].length, sizes[i]);
        CHECK_EQ(memcmp(records[i].payload, payload, sizes[i]), 0);
    }
}

static void lines_stay_below_the_console_ring(void)
{
    static char payload[480];
    struct records r = {.seq = 4294967295, .count = 4000000000};

    record_write(&r, RECORD_SAMPLES, payload, sizeof(payload));
    CHECK(!r.lost);
    CHECK(memory.written < 1024);
}

static void lost_output(void)
{
    struct records r = {.seq = 1};

    memory.output_broken = true;
    record_write(&r, RECORD_END, "x", 1);
    CHECK(r.lost);
    CHECK_EQ(introspector_run_job("seq=1 workload=clock"), INTROSPECTOR_BROKEN);
}

static void hello_and_end_of_every_job(void)
{
    CHECK_EQ(introspector_run_job("seq=5 workload=clock"), INTROSPECTOR_CONTINUE);
    CHECK_EQ(decode(records), 3);
    CHECK_EQ(records[0].type, 'H');
    CHECK_EQ(decode_value(&records[0], "protocol"), 1);
    CHECK_EQ(decode_value(&records[0], "frequency"), 1000000000);
    CHECK_EQ(decode_value(&records[0], "readcost"), 7);
    CHECK_HAS(records[0].payload, "platform=memory kernel=made_up_1.0 clock=tsc");
    CHECK_EQ(records[1].type, 'C');
    CHECK_EQ(decode_value(&records[1], "readings"), 10000);
    CHECK_EQ(decode_value(&records[1], "backwards"), 0);
    CHECK(decode_value(&records[1], "min") <= decode_value(&records[1], "median"));
    CHECK(decode_value(&records[1], "median") <= decode_value(&records[1], "p99"));
    CHECK(decode_value(&records[1], "p99") <= decode_value(&records[1], "max"));
    CHECK_EQ(records[2].type, 'E');
    CHECK_EQ(strcmp(records[2].payload, "status=ok records=2 message=done"), 0);
}

static void bad_job_is_answered(void)
{
    CHECK_EQ(introspector_run_job("seq=6 workload=clock pages=none"), INTROSPECTOR_CONTINUE);
    CHECK_EQ(decode(records), 2);
    CHECK_EQ(records[1].seq, 6);
    CHECK_HAS(records[1].payload, "status=error records=1 message=pages=\"none\" is not");
}

static void exit_ends(void)
{
    CHECK_EQ(introspector_run_job("seq=7 workload=exit"), INTROSPECTOR_EXIT);
    CHECK_EQ(decode(records), 2);
    CHECK_HAS(records[1].payload, "status=ok records=1");
}

const struct test records_tests[] = {
    {"records: check value of the CRC", crc_check_value},
    {"records: a line as others write it", line_as_others_write_it},
    {"records: fragments of every size", fragments_of_every_size},
    {"records: lines stay below the console ring", lines_stay_below_the_console_ring},
    {"records: lost output is noticed", lost_output},
    {"records: hello and end of every job", hello_and_end_of_every_job},
    {"records: a bad job is answered", bad_job_is_answered},
    {"records: exit ends", exit_ends},
    {0},
};
