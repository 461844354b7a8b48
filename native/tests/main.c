/*
 * main.c - runs every table of tests. Exit status 1 when a case failed.
 */
#include "memory.h"
#include "runner.h"

static const struct test *const tables[] = {
    lru_tests, walk_tests, vmi_tests, job_tests, records_tests, page_walk_tests,
    event_tests, event_others_tests, guest_events_tests, life_tests,
    domctl_version_tests, event_callbacks_tests, vcpus_down_tests, event_kinds_tests, instance_tests, events_workload_tests,
    locate_tests,
};

int main(void)
{
    return run_tests(tables, sizeof(tables) / sizeof(tables[0]), memory_reset, false);
}
