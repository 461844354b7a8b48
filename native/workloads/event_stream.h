/*
 * event_stream.h - how the target and the introspector of workload `events` meet:
 * memory of the target, which the introspector reads, and a CPUID leaf, by whose
 * answer the introspector gives orders (native/PROTOCOL.md, "Target of events").
 *
 * Each vcpu of the target has a stream: it executes one event after the other,
 * numbered from 0, and notes how long each took by its own clock. Instead of events
 * it may execute units of work, which nobody can listen to: what a vcpu loses while
 * others are listened to shows in their length.
 */
#ifndef WORKLOADS_EVENT_STREAM_H
#define WORKLOADS_EVENT_STREAM_H

#include <stdint.h>

#define STREAM_BASE     0x5b0000000000ull
#define STREAM_STRIDE   0x40000000ull /* from one vcpu's stream to the next */
#define STREAM_MAGIC    0x31544e4556455654ull
#define STREAM_CAPACITY 8192u /* samples kept: the last ones */
#define STREAM_VCPUS    32

enum event_kind {
    EVENT_NONE, /* the stream sleeps; the first one asks for an order every 10 ms */
    EVENT_CPUID,
    EVENT_CR3_WRITE,
    EVENT_MSR_WRITE,
    EVENT_DEBUG,
    EVENT_DESCRIPTOR,
    EVENT_GUEST_REQUEST,
    EVENT_BREAKPOINT,
    EVENT_KINDS,
    EVENT_WORK = EVENT_KINDS, /* no event: WORK_ROUNDS of a computation */
    EVENT_ACTIVITIES
};

/* A page; the samples, STREAM_CAPACITY times u32 ticks, stand in the pages after it. */
struct event_stream {
    uint64_t magic;
    uint32_t vcpu;
    uint32_t kind;     /* enum event_kind */
    uint64_t started;  /* events begun: the one that is under way has number started - 1 */
    uint64_t finished; /* events done; sample n is at n % STREAM_CAPACITY */
    uint64_t order;    /* number of the last order obeyed */
    uint64_t spin;     /* rounds of an empty loop between two events; 0: a burst */
    uint64_t errors;   /* events whose outcome was wrong for the guest */
    uint64_t since;    /* clock at the start of the event under way */
    uint64_t asked;    /* questions for orders */

    /* The order that the first stream handed on; it counts when its number is another. */
    uint32_t wanted_kind, wanted_spin;
    uint32_t wanted;
};

/*
 * Asking for orders, which the first stream does for all: CPUID of this leaf, with
 * its last order as subleaf. Without a listener its answer is some other leaf's. An
 * order has the magic in eax, its own number in edx, the spin in ecx, and in ebx who
 * does what: how many streams, from the first on, execute the kind, and how many after
 * those compute. The rest sleeps.
 */
#define ORDER_LEAF  0x54760000u
#define ORDER_MAGIC 0x52444f54u
#define ORDER_EVERY 128u /* events between two questions */

#define ORDER_WHO(kind, makers, others) \
    ((uint32_t)(kind) | (uint32_t)(makers) << 8 | (uint32_t)(others) << 16)
#define ORDER_KIND(ebx)   ((ebx) & 0xff)
#define ORDER_MAKERS(ebx) ((ebx) >> 8 & 0xff)
#define ORDER_OTHERS(ebx) ((ebx) >> 16 & 0xff)

/*
 * A unit of work, long against an event, and the pause after it: even on an emulated
 * host of two CPUs, all vcpus that compute leave processor time to the others.
 */
#define WORK_ROUNDS   (1u << 16)
#define WORK_PAUSE_NS 20000000

#endif
