/*
 * events_inside.h - a target's listener, and what its files share.
 */
#ifndef VMI_EVENTS_INSIDE_H
#define VMI_EVENTS_INSIDE_H

#include <tvmi_events.h>
#include <xen/errno.h>

#include "event_ring.h"
#include "instance.h"

#define EVENT_VCPUS 128 /* HVM_MAX_VCPUS */
#define EVENT_MSRS  16
#define EVENT_PAGES 64
#define EVENT_KINDS_ALONE 11 /* that have one listener: 4 control registers, and `single_step` on */
#define EVENT_PLACES (EVENT_KINDS_ALONE + EVENT_MSRS + EVENT_PAGES + 1)

/*
 * A vcpu whose last event left Xen something to do when the vcpu goes on, which
 * Xen forgets when the ring goes first; and how long it had run, at a moment at
 * which Xen had taken it off its processor.
 */
struct event_unsettled {
    bool waiting;
    uint64_t ran_ns;
};

/* An event that a callback wants cleared. */
struct event_late {
    vmi_event_t *event;
    vmi_event_free_t free_routine;
};

struct vmi_events {
    struct plat_events *below;
    struct event_ring ring;
    vm_event_request_t request; /* the one at hand, copied from the ring; then its answer */
    uint32_t capabilities;
    unsigned int vcpus;
    uint32_t unannounced; /* answers that Xen has not been told of */
    bool stop;            /* asked for by a callback */
    bool in_callback;
    bool target_paused;   /* by a toolstack, when it was last asked for */
    int error;            /* first bad request or response of this drain */

    /* Who listens to what; NULL: nobody. */
    vmi_event_t *ctrlreg[4]; /* by VM_EVENT_X86_* */
    vmi_event_t *single_step, *interrupt, *guest_request, *cpuid, *debug, *privcall,
        *descriptor;
    vmi_event_t *msrs[EVENT_MSRS];
    uint32_t msr_numbers[EVENT_MSRS];
    vmi_event_t *pages[EVENT_PAGES], *generic_page;
    unsigned int registered;
    bool held;            /* made by tvmi_events_open() */
    uint32_t stepping;    /* vcpus that single-step since `single_step` was registered */
    uint32_t stopped;     /* vcpus that were stopped from it when it was cleared */

    struct event_late late_of[EVENT_PLACES];
    unsigned int late;    /* of them */

    struct event_unsettled unsettled[EVENT_VCPUS];

    struct tvmi_event_stats stats;
};

/* What plat_vcpu_get() says of a vcpu that has no event to be answered: it is down, or not there. */
static inline bool events_vcpu_is_down(int error)
{
    return error == -XEN_ENODATA || error == -XEN_ESRCH;
}

/* Answers every request on the ring. Returns how many; a broken ring is in e->error. */
unsigned int events_drain(struct vmi_instance *vmi, bool notify_each);

/* Tells Xen of the answers, if it does not know. */
int events_announce(struct vmi_instance *vmi);

/* Where the listener of an MSR's writes is; a free place for number 0 and NULL... -1: none. */
int events_find_msr(const struct vmi_events *e, uint32_t msr);

/* Whether a listener for single steps wants those of a vcpu. */
static inline bool events_steps(const vmi_event_t *event, uint32_t vcpu)
{
    return vcpu < 32 && CHECK_VCPU_SINGLESTEP(event->ss_event, vcpu);
}

/*
 * Clears what callbacks wanted cleared. Until here their events were delivered, so that
 * none of what was on the ring comes to nobody; so it is also with what is on the ring once
 * the target is paused. 0 or the first error.
 */
int events_clear_late(struct vmi_instance *vmi);

/* Makes the ring, if there is none. */
int events_open(struct vmi_instance *vmi);

/* Switches every kind off, answers what is there, and takes the ring away. */
int events_close(struct vmi_instance *vmi);

/* Takes every vcpu off its processor once, and notes in @of how long it has run. */
int events_note_time(struct vmi_instance *vmi, struct event_unsettled *of, unsigned int vcpus);

/*
 * Waits until Xen has nothing left to do for a vcpu that it would forget with the
 * ring: until the vcpu has run since events_note_time(). All answers MUST be with
 * Xen. A paused target does not go on, and is waited for in vain: -EBUSY.
 */
int events_settle(struct vmi_instance *vmi, struct event_unsettled *of, unsigned int vcpus);

/* 0 while the target can have events; -ESRCH. */
int events_target_alive(struct vmi_instance *vmi);

#endif
