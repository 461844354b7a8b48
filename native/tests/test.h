/*
 * test.h - host unit tests: a table of cases, printed as TAP (testanything.org).
 */
#ifndef TESTS_TEST_H
#define TESTS_TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct test {
    const char *name;
    void (*run)(void);
};

/* One table a file, ended by an entry without a name. */
extern const struct test lru_tests[], walk_tests[], vmi_tests[], job_tests[],
    records_tests[], page_walk_tests[], locate_tests[], event_tests[],
    event_others_tests[], guest_events_tests[], life_tests[], domctl_version_tests[],
    event_callbacks_tests[], vcpus_down_tests[], events_workload_tests[],
    event_kinds_tests[], instance_tests[];

/* Notes a failure of the case at hand, which goes on. */
void test_fail(const char *file, int line, const char *what, uint64_t got, uint64_t want);

/* Both are unsigned 64-bit numbers. */
#define CHECK_EQ(got, want)                                                     \
    do {                                                                        \
        uint64_t got_ = (uint64_t)(got), want_ = (uint64_t)(want);              \
        if (got_ != want_)                                                      \
            test_fail(__FILE__, __LINE__, #got " == " #want, got_, want_);      \
    } while (0)

#define CHECK(condition) CHECK_EQ(!!(condition), 1)

/* The text has the part in it; test_fail shows its length when not. */
#define CHECK_HAS(text, part) CHECK(strstr((text), (part)) != NULL)

#endif
