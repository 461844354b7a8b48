/*
 * runner.h - runs tables of tests, and says how they ended.
 */
#ifndef TESTS_RUNNER_H
#define TESTS_RUNNER_H

#include "test.h"

/*
 * Prints TAP; @reset comes before each case. @apart: each in a process of its own, so that it
 * finds static variables as they were, and that its death is its own. Returns the exit status.
 */
int run_tests(const struct test *const *tables, size_t n, void (*reset)(void), bool apart);

#endif
