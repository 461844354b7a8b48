/*
 * event_ring.h - the listener's side of a ring of events (xen/vm_event.h,
 * xen/io/ring.h): nothing but indexes over a page.
 *
 * Every request gets one answer, in order, so a request and its answer have the
 * same slot. Xen alone should write requests; that it or another may write nonsense,
 * or write while one is looked at, is allowed for: a request is copied first, and only
 * the copy is checked and used.
 */
#ifndef VMI_EVENT_RING_H
#define VMI_EVENT_RING_H

#ifndef __XEN_TOOLS__
#define __XEN_TOOLS__ 1
#endif
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <xen/xen.h>
#include <xen/vm_event.h>

struct event_ring {
    struct vm_event_sring *shared;
    uint32_t taken; /* requests answered, and so the producer index of the answers */
};

/* Slots of a page: a power of two. */
#define EVENT_RING_SLOTS 8

_Static_assert(sizeof(struct vm_event_sring) - sizeof(vm_event_request_t) +
                   EVENT_RING_SLOTS * sizeof(vm_event_request_t) <= 4096 &&
                   sizeof(struct vm_event_sring) - sizeof(vm_event_request_t) +
                   2 * EVENT_RING_SLOTS * sizeof(vm_event_request_t) > 4096,
               "Xen makes rings of as many slots as fit, rounded down to a power of two");

/* Takes over a page that is all zero, and on which Xen has put no request. */
static inline void event_ring_init(struct event_ring *r, void *page)
{
    r->shared = page;
    r->taken = 0;
    r->shared->req_event = 1;
    r->shared->rsp_event = 1;
}

/* Index that Xen moves on; equal to `taken` when the ring is empty. */
static inline const volatile uint32_t *event_ring_word(const struct event_ring *r)
{
    return &r->shared->req_prod;
}

/* Requests to answer. More than EVENT_RING_SLOTS: the ring is broken. */
static inline uint32_t event_ring_pending(const struct event_ring *r)
{
    return __atomic_load_n(&r->shared->req_prod, __ATOMIC_ACQUIRE) - r->taken;
}

static inline union vm_event_sring_entry *event_ring_slot(const struct event_ring *r)
{
    return &r->shared->ring[r->taken & (EVENT_RING_SLOTS - 1)];
}

/*
 * Copies multiples of 8 bytes, in an instruction for each 8, and once: the compiler neither
 * leaves the copy out nor reads the original again.
 */
static inline void event_ring_copy(void *to, const volatile void *from, size_t bytes)
{
    size_t words = bytes / 8;

    __asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
}

/* Copies the request in a slot. */
static inline void event_ring_request(const union vm_event_sring_entry *slot,
                                      vm_event_request_t *out)
{
    event_ring_copy(out, &slot->req, sizeof(*out));
}

/* What Xen takes of registers: the general ones, rflags and rip, which stand together. */
#define EVENT_RING_REGISTERS offsetof(struct vm_event_regs_x86, cr0)

_Static_assert(sizeof(vm_event_request_t) % 8 == 0 && offsetof(vm_event_response_t, u) == 24 &&
                   EVENT_RING_REGISTERS == 20 * 8,
               "copies are in words of 8 bytes, and of no register that Xen does not take");

/*
 * Puts the answer to the oldest request in its slot, and gives it to Xen, which looks when
 * it is notified. The rest of the slot is left as it is: Xen looks at registers with
 * SET_REGISTERS only.
 */
static inline void event_ring_answer(struct event_ring *r, union vm_event_sring_entry *slot,
                                     const vm_event_response_t *answer)
{
    /* Version, flags, reason, vcpu and view; never a call, as a freestanding memcpy() is. */
    __builtin_memcpy(&slot->rsp, answer, offsetof(vm_event_response_t, u));
    if (answer->flags & VM_EVENT_FLAG_SET_REGISTERS)
        event_ring_copy(&slot->rsp.data.regs.x86, &answer->data.regs.x86, EVENT_RING_REGISTERS);
    __atomic_store_n(&r->shared->rsp_prod, ++r->taken, __ATOMIC_RELEASE);
}

#endif
