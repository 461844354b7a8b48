/*
 * clock.h - what Xen says of a domain's time-stamp counter, and what reading it
 * costs. The same for every platform on Xen.
 */
#ifndef PLATFORM_XEN_CLOCK_H
#define PLATFORM_XEN_CLOCK_H

#include <platform.h>

/*
 * Fills *out. @pv: the caller runs in a PV domain, where CPUID reaches Xen only
 * by its forced-emulation prefix (elsewhere the prefix is an invalid opcode).
 */
void xen_clock_info(bool pv, struct plat_clock_info *out);

#endif
