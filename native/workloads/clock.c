/*
 * clock.c - workload `clock`: what reading the clock costs, as a distribution.
 */
#include <platform.h>

#include "table.h"

#define DIFFERENCES 10000

static void sift_down(uint64_t *a, size_t i, size_t n)
{
    for (size_t child; (child = 2 * i + 1) < n; i = child) {
        uint64_t swap;

        if (child + 1 < n && a[child + 1] > a[child])
            child++;
        if (a[i] >= a[child])
            return;
        swap = a[i];
        a[i] = a[child];
        a[child] = swap;
    }
}

/* Heapsort (Knuth, TAOCP 3, 5.2.3): no recursion and no memory. */
static void sort(uint64_t *a, size_t n)
{
    for (size_t i = n / 2; i-- > 0;)
        sift_down(a, i, n);
    for (size_t end = n; end-- > 1;) {
        uint64_t top = a[0];

        a[0] = a[end];
        a[end] = top;
        sift_down(a, 0, end);
    }
}

bool workload_clock(const struct job *job, struct records *records, struct text *error)
{
    uint64_t *ticks = plat_alloc(DIFFERENCES * sizeof(*ticks));
    uint64_t before, backwards = 0;
    char buffer[200];
    struct text t = TEXT(buffer);

    (void)job;
    if (!ticks) {
        text_add(error, "no memory for 10000 readings");
        return false;
    }
    before = plat_clock();
    for (size_t i = 0; i < DIFFERENCES; i++) {
        uint64_t now = plat_clock();

        if (now < before)
            backwards++;
        ticks[i] = now < before ? 0 : now - before;
        before = now;
    }
    sort(ticks, DIFFERENCES);

    text_key_u64(&t, "readings", DIFFERENCES);
    text_key_u64(&t, "min", ticks[0]);
    text_key_u64(&t, "median", ticks[DIFFERENCES / 2]);
    text_key_u64(&t, "p99", ticks[DIFFERENCES / 100 * 99]);
    text_key_u64(&t, "max", ticks[DIFFERENCES - 1]);
    text_key_u64(&t, "backwards", backwards);
    record_text(records, RECORD_CLOCK, &t);
    plat_free(ticks);
    return true;
}
