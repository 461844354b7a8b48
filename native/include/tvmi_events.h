/*
 * tvmi_events.h - what an event benchmark or a clean-up needs and LibVMI lacks.
 * Calls return 0 or a negative errno in Xen's numbering, as those of tvmi.h.
 */
#ifndef TVMI_EVENTS_H
#define TVMI_EVENTS_H

#include <libvmi/events.h>
#include <tvmi.h>

/* A set of 1 << enum plat_monitor_kind (platform.h), asked from Xen. */
int tvmi_events_capabilities(vmi_instance_t vmi, uint32_t *kinds);

/* 0 when Xen offers events of accesses to memory, which are none of those kinds; or its error. */
int tvmi_events_memory_offered(vmi_instance_t vmi);

/*
 * Makes the ring now, and keeps it when nobody listens any more, until
 * tvmi_events_close() or vmi_destroy(). Listening on it is a way to let time pass.
 */
int tvmi_events_open(vmi_instance_t vmi);

/*
 * Clears every event and takes the ring away, once every vcpu has gone on that was
 * answered; what came in meanwhile is answered as if nobody listened.
 */
int tvmi_events_close(vmi_instance_t vmi);

/* Running totals since the ring was made. */
struct tvmi_event_stats {
    uint64_t requests;      /* taken from the ring */
    uint64_t responses;     /* put on it: one a request */
    uint64_t notifications; /* sent to Xen */
    uint64_t waits;         /* times that the ring was empty */
    uint64_t unclaimed;     /* requests that nobody listens for any more */
    uint64_t bad;           /* requests that cannot be: version, reason or vcpu */
};
void tvmi_events_stats(vmi_instance_t vmi, struct tvmi_event_stats *out);

struct tvmi_listen {
    enum plat_wait wait;
    bool notify_each;    /* tell Xen after each answer, not once the ring is empty */
    uint32_t timeout_ms; /* > 0 */
    /*
     * Called, when not NULL, after the callbacks and just before Xen is told:
     * @seen is plat_clock() of the moment at which the requests were seen.
     */
    void (*answered)(void *context, uint64_t seen, unsigned int requests);
    void *context;
};

/*
 * vmi_events_listen() again and again, until a callback calls tvmi_events_stop():
 * then the requests at hand are answered, Xen is told, and 0 is the result. The
 * answers go to Xen together with the next wait, in one request. -ETIME when the
 * time passed without an event, -ESRCH when the target is gone or shut down,
 * -EAGAIN when a signal ended the wait, -EBADMSG after a bad request or response; Xen has
 * all answers even then.
 */
int tvmi_events_run(vmi_instance_t vmi, const struct tvmi_listen *how);
void tvmi_events_stop(vmi_instance_t vmi);

/* Where a vcpu waits for a listener that died, by what that one listened to. */
enum tvmi_waits {
    TVMI_WAITS_ANYWHERE,
    TVMI_WAITS_AT_CPUID,  /* the results are in the registers, rip is at the instruction */
    TVMI_WAITS_AFTER_CR3, /* rip is past a write that was not made */
    TVMI_WAITS_AFTER_MSR  /* the same */
};

/*
 * After a listener that died with events enabled: takes its ring away and lets
 * vcpus go on that wait for its answer. A vcpu that waits in a CPUID instruction
 * has that instruction's results already and is moved past it; one that waits after a
 * write to CR3 or an MSR is moved back to the write, which Xen forgets with the ring, and
 * makes it again. So it is said by @waits what was listened to. The target is paused for a moment,
 * which needs the right to. -ENOENT when there is no ring; -EBUSY when the target is
 * paused by another: before, and then nothing was done; or since, and then its
 * vcpus do not wait any more, but such a CPUID will be executed a second time.
 */
int tvmi_events_recover(vmi_instance_t vmi, enum tvmi_waits waits);

#endif
