/*
 * runner.c - see runner.h.
 */
#include "runner.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* Seconds that a case has, on a busy machine. */
#define LIMIT 60

static int failures;

void test_fail(const char *file, int line, const char *what, uint64_t got, uint64_t want)
{
    failures++;
    printf("# %s:%d: %s: got 0x%llx, want 0x%llx\n", file, line, what, (unsigned long long)got,
           (unsigned long long)want);
}

static bool passes(const struct test *t, void (*reset)(void))
{
    failures = 0;
    reset();
    t->run();
    return !failures;
}

static bool passes_apart(const struct test *t, void (*reset)(void))
{
    int status;
    pid_t child;

    fflush(stdout);
    child = fork();
    if (!child) {
        alarm(LIMIT);
        exit(passes(t, reset) ? 0 : 1);
    }
    if (child < 0 || waitpid(child, &status, 0) != child)
        return false;
    if (WIFSIGNALED(status))
        printf("# ended by signal %d\n", WTERMSIG(status));
    return !status;
}

int run_tests(const struct test *const *tables, size_t n, void (*reset)(void), bool apart)
{
    int number = 0, failed = 0;

    setvbuf(stdout, NULL, _IOLBF, 0); /* a failure is told before the cases after it are run */
    for (size_t i = 0; i < n; i++) {
        for (const struct test *t = tables[i]; t->name; t++) {
            bool good = apart ? passes_apart(t, reset) : passes(t, reset);

            failed += !good;
            printf("%sok %d - %s\n", good ? "" : "not ", ++number, t->name);
        }
    }
    printf("1..%d\n", number);
    return failed != 0;
}
