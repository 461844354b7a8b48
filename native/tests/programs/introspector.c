/*
 * introspector.c - tests of Dom0's introspector from its main() on, over the doubles of Xen
 * and of privcmd: its commands, and jobs from its standard input.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <xen/errno.h>

#include "../linux/privcmd.h"
#include "../linux/xen.h"
#include "../runner.h"
#include "program.h"

static bool unlockable;

int __wrap_mlockall(int flags);

int __wrap_mlockall(int flags)
{
    (void)flags;
    errno = ENOMEM;
    return unlockable ? -1 : 0;
}

static void reset(void)
{
    xen_reset();
    privcmd_reset();
    unlockable = false;
}

static void set_target(void)
{
    struct ended e = RUN(NULL, "set-target", "7", "9");

    CHECK_EQ(e.status, 0);
    CHECK_EQ(guest->privileged_for, 9);
    guest->translated = false;
    e = RUN(NULL, "set-target", "7", "9");
    CHECK_EQ(e.status, 2);
    CHECK_HAS(e.errors, "set-target: Xen makes a domain privileged for HVM and PVH guests only");
    e = RUN(NULL, "set-target", "6", "9");
    CHECK_HAS(e.errors, "set-target: No such process");
    guest->release = 4 << 16 | 2;
    e = RUN(NULL, "set-target", "7", "9");
    CHECK_HAS(e.errors, "this is not a Xen whose domctl interface is known");
    guest->calls = 0;
    guest->fail_at = 1;
    guest->fail_with = -XEN_EACCES;
    CHECK_HAS(RUN(NULL, "set-target", "7", "9").errors, "Permission denied");
    CHECK_HAS(RUN(NULL, "set-target", "7").errors, "takes the ids of two domains");
}

static void commands(void)
{
    CHECK_EQ(RUN(NULL, "explode").status, 2);
    CHECK_HAS(RUN(NULL, "explode").errors, "the commands are set-target and events-off");
    CHECK_HAS(RUN(NULL, "events-off", "7").errors, "takes a domain's id, its type, and a kind of event");
    CHECK_HAS(RUN(NULL, "events-off", "7", "vm", "cpuid").errors, "type=\"vm\" is not one of");
}

/* Words that are wrong: nothing is asked of Xen. */
static void wrong_words(void)
{
    static const struct {
        const char *words[6];
        const char *says;
    } of[] = {
        {{"set-target"}, "takes the ids of two domains"},
        {{"set-target", "7", "5", "3"}, "takes the ids of two domains"},
        {{"set-target", "x", "5"}, "takes the ids of two domains"},
        {{"set-target", "7", "x"}, "takes the ids of two domains"},
        {{"set-target", "7", ""}, "takes the ids of two domains"},
        {{"set-target", " 7", "5"}, "takes the ids of two domains"},
        {{"set-target", "7", "+5"}, "takes the ids of two domains"},
        {{"set-target", "7", "5x"}, "takes the ids of two domains"},
        {{"set-target", "7", "32752"}, "takes the ids of two domains"}, /* DOMID_FIRST_RESERVED */
        {{"events-off", "7", "pvh", "cpuid", "now"}, "takes a domain's id"},
    };
    char word[1100];
    const char *long_words[] = {"events-off", "7", "pvh", word, NULL};

    for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
        struct ended e = program_run(of[i].words, NULL);

        CHECK_EQ(e.status, 2);
        CHECK_HAS(e.errors, "introspector: ");
        CHECK_HAS(e.errors, of[i].says);
        CHECK_EQ(guest->calls, 0);
    }
    CHECK_EQ(RUN(NULL, "set-target", "7", "32751").status, 0);

    memset(word, 'x', sizeof(word));
    word[sizeof(word) - 1] = '\0';
    CHECK_HAS(program_run(long_words, NULL).errors, "words are too long");
    /* As long as a job may be. */
    word[1000 - strlen("seq=1 workload=events-off domid=7 type=pvh kind=")] = '\0';
    CHECK_HAS(program_run(long_words, NULL).errors, "is not one of");
}

static void events_off(void)
{
    struct ended e = RUN(NULL, "events-off", "7", "pvh", "cpuid");

    CHECK_EQ(e.status, 0); /* nobody listens */
    CHECK(!*e.errors);
    guest->ring = true;
    guest->page_in_guest = false;
    guest->monitored = 1u << 6;
    e = RUN(NULL, "events-off", "7", "pvh", "cpuid");
    CHECK_EQ(e.status, 0);
    CHECK(!*e.errors);
    CHECK(!guest->ring && guest->page_in_guest && !guest->paused && !guest->monitored);

    guest->calls = 0;
    guest->fail_at = 3;
    guest->fail_with = -XEN_EACCES;
    e = RUN(NULL, "events-off", "7", "pvh", "cpuid");
    CHECK_EQ(e.status, 2);
    CHECK_HAS(e.errors, "events-off: ");
}

static void jobs(void)
{
    struct ended e;

    setenv("TVMI_STARTED", "12345", 1);
    e = RUN("\nseq=1 workload=page-walk\nseq=2 workload=refusal domid=7 type=pvh attempt=write-map frame=5\n"
            "seq=3 workload=exit\nseq=4 workload=exit\n", NULL);
    CHECK_EQ(e.status, 0);
    CHECK_HAS(e.output, "\n~TV1 1 ");
    CHECK_HAS(e.output, "\n~TV1 2 ");
    CHECK_HAS(e.output, "\n~TV1 3 ");
    CHECK(!strstr(e.output, "\n~TV1 4 "));
    CHECK_EQ(RUN("", NULL).status, 0);
    unlockable = true;
    e = RUN("seq=3 workload=exit\n", NULL);
    CHECK_EQ(e.status, 2);
    CHECK_HAS(e.errors, "memory cannot be locked: Cannot allocate memory");
}

static const struct test tests[] = {
    {"introspector: set-target", set_target},
    {"introspector: commands", commands},
    {"introspector: words that are wrong", wrong_words},
    {"introspector: events-off", events_off},
    {"introspector: jobs", jobs},
    {0},
};

int main(void)
{
    static const struct test *const tables[] = {tests};

    return run_tests(tables, 1, reset, false);
}
