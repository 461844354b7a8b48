/*
 * main.c - runs every table of tests. Exit status 1 when a case failed.
 */
#include <stdio.h>

#include "memory.h"
#include "test.h"

static const struct test *const tables[] = {
    lru_tests, walk_tests, vmi_tests, job_tests, records_tests, page_walk_tests,
    event_tests, event_others_tests, guest_events_tests, life_tests,
    domctl_version_tests, event_callbacks_tests, vcpus_down_tests, events_workload_tests, locate_tests,
};

static int failures;

void test_fail(const char *file, int line, const char *what, uint64_t got, uint64_t want)
{
    failures++;
    printf("# %s:%d: %s: got 0x%llx, want 0x%llx\n", file, line, what,
           (unsigned long long)got, (unsigned long long)want);
}

int main(void)
{
    int number = 0, failed = 0;

    setvbuf(stdout, NULL, _IOLBF, 0); /* a failure is told before the cases after it are run */
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
        for (const struct test *t = tables[i]; t->name; t++) {
            failures = 0;
            memory_reset();
            t->run();
            failed += failures != 0;
            printf("%sok %d - %s\n", failures ? "not " : "", ++number, t->name);
        }
    }
    printf("1..%d\n", number);
    return failed != 0;
}
