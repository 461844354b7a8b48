/*
 * probe.c - tests of native/probe over the double of Xen.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <xen/errno.h>

#include "../linux/xen.h"
#include "../runner.h"
#include "program.h"

static void states(void)
{
    struct ended e = RUN(NULL, "state", "7");
    uint64_t clock = 0;

    CHECK_EQ(e.status, 0);
    CHECK_EQ(sscanf(e.output, "clock=%" SCNu64 " ", &clock), 1);
    CHECK(clock > 0);
    CHECK_HAS(e.output, " free=123456 pages=2048 ran=4321\n");
}

static void guests_that_are_not_there(void)
{
    static const char *const wrong[] = {"6", "9", "7x", "", "32752", "-1"};

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct ended e = RUN(NULL, "state", wrong[i]);

        CHECK_EQ(e.status, 1);
        CHECK(!*e.output);
        CHECK_HAS(e.errors, wrong[i]);
        CHECK_HAS(e.errors, i < 2 ? "No such process" : "Invalid argument");
    }
}

static void unpauses(void)
{
    struct ended e;

    guest->paused = 2;
    e = RUN(NULL, "unpause", "7", "7");
    CHECK_EQ(e.status, 0);
    CHECK_EQ(guest->paused, 0);
    CHECK(!strncmp(e.output, "clock=", 6));
    e = RUN(NULL, "unpause", "7");
    CHECK_EQ(e.status, 1);
    CHECK_HAS(e.errors, "7: Invalid argument");
}

static void starts(void)
{
    struct ended e = RUN(NULL, "start", "/bin/sh", "-c", "echo $TVMI_STARTED $0", "word");
    uint64_t clock = 0;
    char word[8] = "";

    CHECK_EQ(e.status, 0);
    CHECK_EQ(sscanf(e.output, "%" SCNu64 " %7s", &clock, word), 2);
    CHECK(clock > 0 && !strcmp(word, "word"));
    e = RUN(NULL, "start", "/none");
    CHECK_EQ(e.status, 1);
    CHECK_HAS(e.errors, "probe: /none: No such file");
}

static void wrong_words(void)
{
    CHECK_EQ(RUN(NULL, "state").status, 64);
    CHECK_EQ(RUN(NULL, "state", "7", "8").status, 64);
    CHECK_EQ(RUN(NULL, "unpause").status, 64);
    CHECK_EQ(RUN(NULL, "start").status, 64);
    CHECK_HAS(RUN(NULL, "stat", "7").errors, "usage: probe state DOMID");
}

static void xen_that_refuses(void)
{
    static const char *const why[] = {"cannot reach Xen", "cannot reach Xen", "cannot ask Xen", "7"};

    for (unsigned int at = 1; at <= 4; at++) {
        struct ended e;

        guest->calls = 0;
        guest->fail_at = at;
        guest->fail_with = -XEN_EPERM;
        e = RUN(NULL, "state", "7");
        CHECK_EQ(e.status, 1);
        CHECK_HAS(e.errors, why[at - 1]);
        CHECK(!*e.output);
    }
    guest->fail_at = 0;
    guest->release = 4 << 16 | 16;
    CHECK_HAS(RUN(NULL, "state", "7").errors, "not supported");
}

static const struct test tests[] = {
    {"probe: states", states},
    {"probe: guests that are not there", guests_that_are_not_there},
    {"probe: unpauses", unpauses},
    {"probe: starts", starts},
    {"probe: wrong words", wrong_words},
    {"probe: a Xen that refuses", xen_that_refuses},
    {0},
};

int main(void)
{
    static const struct test *const tables[] = {tests};

    return run_tests(tables, 1, xen_reset, false);
}
