/*
 * event_guest.h - a made-up target of workload `events`, as native/target/events.c is one:
 * streams in its memory, and vcpus that make events, compute, ask for orders and obey them.
 *
 * It runs while the introspector waits or sleeps. How long an event takes by its clock
 * follows from its vcpu and its number.
 */
#ifndef TESTS_EVENT_GUEST_H
#define TESTS_EVENT_GUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "../workloads/event_stream.h"

#define EVENT_GUEST_VCPUS 3
#define EVENT_GUEST_NEVER (~0ull)

/* What it is like; a test sets these after event_guest_make(). */
struct event_guest {
    uint64_t unseen;  /* number of an event of vcpu 0 of which nobody is told */
    uint64_t twice;   /* of one that is told of twice */
    uint64_t wrong;   /* of one whose outcome is wrong for the guest */
    uint64_t ends_at; /* of the first one that it does not make */
    bool silent;      /* nobody is told of events, but of questions for orders */
    bool deaf;        /* obeys nothing */
    bool stray;       /* a vcpu that is to sleep makes one event that was ordered of others */
    unsigned int units; /* of work that a vcpu does at a time */

    /* What happened to it. */
    bool stepped;     /* an answer came for an event that had none to come */
    uint32_t order_kind, order_makers, order_others, order_spin;
    unsigned int orders;
};

extern struct event_guest event_guest;

/*
 * Makes it, with a root of page tables in the made-up vcpu's CR3, and has it run; the
 * events of each vcpu go on with number @first. memory_reset() ends it.
 */
void event_guest_make(unsigned int vcpus, uint64_t first);

/* The stream of a vcpu, for a test that changes it before a job. */
struct event_stream *event_guest_stream(unsigned int vcpu);

/* Ticks of an event. */
uint32_t event_guest_ticks(unsigned int vcpu, uint64_t number);

#endif
