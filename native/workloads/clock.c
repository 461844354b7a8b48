/*
 * clock.c - workload `clock`: what reading the clock costs, as a distribution.
 */
#include <platform.h>

#include "sort.h"
#include "table.h"

#define DIFFERENCES 10000

/* Ticks between two readings; 2^32 - 1 stands for all that are more. */
static uint32_t between(uint64_t before, uint64_t now)
{
    uint64_t ticks = now < before ? 0 : now - before;

    return ticks > UINT32_MAX ? UINT32_MAX : (uint32_t)ticks;
}

bool workload_clock(const struct job *job, struct records *records, struct text *error)
{
    uint32_t *ticks = plat_alloc(DIFFERENCES * sizeof(*ticks));
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
        ticks[i] = between(before, now);
        before = now;
    }
    sort_u32(ticks, DIFFERENCES);

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
