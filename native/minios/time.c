/*
 * time.c - system time from the time-stamp counter (time.h).
 *
 * Xen writes the record under a version that is odd while it writes; the time is
 * system_time + (tsc - tsc_timestamp) * 2^tsc_shift * tsc_to_system_mul / 2^32.
 */
#include <mini-os/hypervisor.h>
#include <mini-os/sched.h>
#include <mini-os/time.h>

#include "wait.h"

static uint64_t read_tsc(void)
{
    uint32_t low, high;

    __asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high) : : "memory");
    return ((uint64_t)high << 32) | low;
}

uint64_t monotonic_clock(void)
{
    const volatile struct vcpu_time_info *record =
        &HYPERVISOR_shared_info->vcpu_info[0].time;
    uint32_t version;
    uint64_t now;

    do {
        uint64_t delta;
        int8_t shift;

        version = record->version;
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
        delta = read_tsc() - record->tsc_timestamp;
        shift = record->tsc_shift;
        delta = shift < 0 ? delta >> -shift : delta << shift;
        now = record->system_time +
              (uint64_t)(((unsigned __int128)delta *
                          record->tsc_to_system_mul) >> 32);
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
    } while ((version & 1) || version != record->version);
    return now;
}

void msleep(uint32_t millisecs)
{
    s_time_t until = NOW() + MILLISECS(millisecs);

    while (NOW() < until)
        wait_for_event(until);
}
