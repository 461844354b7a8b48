/*
 * stamps.c - see stamps.h.
 */
#include "stamps.h"

#include <platform.h>

static uint64_t stamps[STAMPS];

void stamp_at(enum stamp point, uint64_t ticks)
{
    if (!stamps[point])
        stamps[point] = ticks;
}

void stamp(enum stamp point)
{
    stamp_at(point, plat_clock());
}

uint64_t stamp_of(enum stamp point)
{
    return stamps[point];
}
