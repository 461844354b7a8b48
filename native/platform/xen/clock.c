/*
 * clock.c - see clock.h. The leaves: xen/arch-x86/cpuid.h; the prefix:
 * XEN_CPUID in xen/arch-x86/xen.h.
 */
#include "clock.h"

#include <xen/xen.h>
#include <xen/arch-x86/cpuid.h>

#define LEAF_LAST_BASE   XEN_CPUID_LEAF(0x10000)
#define LEAF_BASE_STEP   0x100
#define LEAF_TIME        3 /* from the base */
#define TIME_GUEST       0 /* sub-leaves */
#define TIME_HOST        2
#define TIME_EMULATED    (1u << 0)
#define COST_READINGS    1001
#define MONOTONIC_CHECKS 10000

struct cpuid {
    uint32_t a, b, c, d;
};

static struct cpuid cpuid(bool pv, uint32_t leaf, uint32_t sub)
{
    struct cpuid r;

    if (pv)
        __asm__ volatile(XEN_CPUID
                         : "=a"(r.a), "=b"(r.b), "=c"(r.c), "=d"(r.d)
                         : "0"(leaf), "2"(sub));
    else
        __asm__ volatile("cpuid"
                         : "=a"(r.a), "=b"(r.b), "=c"(r.c), "=d"(r.d)
                         : "0"(leaf), "2"(sub));
    return r;
}

/* First of Xen's leaves, 0 when there are none. */
static uint32_t find_base(bool pv)
{
    for (uint32_t base = XEN_CPUID_FIRST_LEAF; base < LEAF_LAST_BASE; base += LEAF_BASE_STEP) {
        struct cpuid r = cpuid(pv, base, 0);

        if (r.b == XEN_CPUID_SIGNATURE_EBX && r.c == XEN_CPUID_SIGNATURE_ECX &&
            r.d == XEN_CPUID_SIGNATURE_EDX)
            return r.a >= base + LEAF_TIME ? base : 0;
    }
    return 0;
}

/* Median of the differences of readings in a row, by insertion sort. */
static uint32_t read_cost(void)
{
    static uint32_t costs[COST_READINGS];
    uint64_t before = plat_clock();

    for (int i = 0; i < COST_READINGS; i++) {
        uint64_t now = plat_clock();

        costs[i] = (uint32_t)(now - before);
        before = now;
    }
    for (int i = 1; i < COST_READINGS; i++) {
        uint32_t cost = costs[i];
        int j = i;

        for (; j > 0 && costs[j - 1] > cost; j--)
            costs[j] = costs[j - 1];
        costs[j] = cost;
    }
    return costs[COST_READINGS / 2];
}

static int monotonic(void)
{
    uint64_t before = plat_clock();

    for (int i = 0; i < MONOTONIC_CHECKS; i++) {
        uint64_t now = plat_clock();

        if (now < before)
            return 0;
        before = now;
    }
    return 1;
}

void xen_clock_info(bool pv, struct plat_clock_info *out)
{
    uint32_t base = find_base(pv);

    *out = (struct plat_clock_info){.source = "tsc", .emulated = -1};
    if (base) {
        struct cpuid guest = cpuid(pv, base + LEAF_TIME, TIME_GUEST);
        struct cpuid host = cpuid(pv, base + LEAF_TIME, TIME_HOST);

        out->emulated = (guest.a & TIME_EMULATED) ? 1 : 0;
        /* Xen keeps no rate of its own for Dom0: a native counter is the host's. */
        out->frequency = 1000ull * (guest.c || out->emulated ? guest.c : host.a);
    }
    out->read_cost = read_cost();
    out->monotonic = monotonic();
}
