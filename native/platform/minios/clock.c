/*
 * clock.c - the clock of a PV domain (platform/xen/clock.h).
 */
#include "internal.h"

#include "../xen/clock.h"

#include <mini-os/time.h>

void plat_clock_info(struct plat_clock_info *out)
{
    xen_clock_info(true, out);
}

uint64_t plat_microseconds(void)
{
    return (uint64_t)NOW() / 1000;
}
