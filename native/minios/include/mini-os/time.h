/*
 * time.h - system time: nanoseconds since Xen's start, of this vcpu.
 *
 * Computed from the time-stamp counter and the vcpu's time record in the shared
 * page (struct vcpu_time_info, xen/xen.h).
 */
#ifndef MINIOS_TIME_H
#define MINIOS_TIME_H

#include <stdint.h>

typedef int64_t s_time_t;

uint64_t monotonic_clock(void);

#define NOW()          ((s_time_t)monotonic_clock())
#define SECONDS(s)     ((s_time_t)(s) * 1000000000L)
#define MILLISECS(ms)  ((s_time_t)(ms) * 1000000L)
#define MICROSECS(us)  ((s_time_t)(us) * 1000L)

#endif
