/*
 * xen_end.c - see xen_end.h.
 */
#include "xen_end.h"

#include <stdlib.h>
#include <string.h>

#include <xen/errno.h>

#include "memory.h"

struct xen_end xen_end;

/* What is watched: kinds, and of registers each by its number. */
static struct plat_monitor watched[64];
static size_t watching;

struct plat_events {
    uint64_t page[512];
    uint32_t consumed; /* answers */
};

static struct plat_events ring;

void xen_end_reset(void)
{
    watching = 0;
    ring = (struct plat_events){0};
    xen_end = (struct xen_end){
        .offers = (1u << PLAT_MONITOR_KINDS) - 1,
        .state = {.vcpus = 1},
    };
}

int xen_end_call(void)
{
    return ++xen_end.calls == xen_end.fail_at ? -XEN_EIO : 0;
}

static struct vm_event_sring *shared(void)
{
    return (struct vm_event_sring *)ring.page;
}

vm_event_request_t xen_end_request(uint32_t reason)
{
    vm_event_request_t request = {
        .version = VM_EVENT_INTERFACE_VERSION,
        .flags = VM_EVENT_FLAG_VCPU_PAUSED,
        .reason = reason,
    };

    request.data.regs.x86.rip = memory.vcpu.rip;
    return request;
}

void xen_end_put(const vm_event_request_t *request)
{
    struct vm_event_sring *s = shared();

    s->ring[s->req_prod % EVENT_RING_SLOTS].req = *request;
    s->req_prod++;
    xen_end.requests++;
}

vm_event_request_t *xen_end_place(uint32_t n)
{
    return &shared()->ring[n % EVENT_RING_SLOTS].req;
}

void xen_end_break(uint32_t n)
{
    shared()->req_prod += n;
}

/* Takes the answers, as Xen does when it is notified. */
static void take_answers(void)
{
    struct vm_event_sring *s = shared();

    for (; ring.consumed != s->rsp_prod; ring.consumed++) {
        const vm_event_response_t *answer = &s->ring[ring.consumed % EVENT_RING_SLOTS].rsp;

        if (xen_end.answered < XEN_END_ANSWERS)
            xen_end.answers[xen_end.answered++] = *answer;
        if ((answer->flags & VM_EVENT_FLAG_SET_REGISTERS) && !xen_end.stuck && !answer->vcpu_id)
            memory.vcpu.rip = answer->data.regs.x86.rip;
    }
}

/* --- platform.h ------------------------------------------------------------ */

int plat_domain_state(struct platform *p, struct plat_domain_state *out)
{
    (void)p;
    if (xen_end_call())
        return -XEN_EIO;
    *out = xen_end.state;
    return xen_end.state_error;
}

int plat_vcpu_time(struct platform *p, unsigned int vcpu, struct plat_vcpu_time *out)
{
    (void)p;
    if (xen_end_call())
        return -XEN_EIO;
    if (vcpu >= xen_end.state.vcpus)
        return -XEN_ESRCH;
    if (memory.down >> vcpu & 1) {
        *out = (struct plat_vcpu_time){.idle = true};
        return 0;
    }
    if (!xen_end.stuck && !xen_end.idle)
        xen_end.ran_ns++;
    *out = (struct plat_vcpu_time){.ran_ns = xen_end.ran_ns, .idle = xen_end.idle};
    return 0;
}

int plat_monitor_capabilities(struct platform *p, uint32_t *kinds)
{
    (void)p;
    if (xen_end_call())
        return -XEN_EIO;
    *kinds = xen_end.offers;
    return 0;
}

/* Xen keeps a bit a kind, and one a register of the kinds that are of registers. */
int plat_monitor(struct platform *p, const struct plat_monitor *m)
{
    uint32_t bit = 1u << m->kind;
    size_t i = 0;

    (void)p;
    if (xen_end_call())
        return -XEN_EIO;
    xen_end.monitor = *m;
    if (!(xen_end.offers & bit))
        return -XEN_EOPNOTSUPP;
    while (i < watching && (watched[i].kind != m->kind || watched[i].index != m->index))
        i++;
    if (m->enable && (i < watching || i == sizeof(watched) / sizeof(watched[0])))
        return -XEN_EEXIST;
    if (m->enable)
        watched[watching++] = *m;
    else if (i < watching)
        watched[i] = watched[--watching];
    xen_end.enabled = 0;
    for (i = 0; i < watching; i++)
        xen_end.enabled |= 1u << watched[i].kind;
    return 0;
}

int plat_mem_access(struct platform *p, uint64_t gfn, uint32_t n, uint8_t access)
{
    (void)p;
    (void)n;
    if (xen_end_call())
        return -XEN_EIO;
    xen_end.access_gfn = gfn;
    xen_end.access = access;
    return 0;
}

int plat_mem_access_offered(struct platform *p)
{
    (void)p;
    if (xen_end_call())
        return -XEN_EIO;
    return xen_end.memory_error;
}

int plat_inject(struct platform *p, const struct plat_exception *e)
{
    (void)p;
    if (xen_end_call())
        return -XEN_EIO;
    xen_end.injections++;
    xen_end.injected = *e;
    return 0;
}

int plat_single_step(struct platform *p, unsigned int vcpu, bool on)
{
    (void)p;
    if (xen_end_call())
        return -XEN_EIO;
    if (xen_end.step_error)
        return xen_end.step_error;
    if (vcpu >= xen_end.state.vcpus)
        return -XEN_EINVAL;
    xen_end.stepping = on ? xen_end.stepping | 1u << vcpu : xen_end.stepping & ~(1u << vcpu);
    return 0;
}

int plat_events_open(struct platform *p, struct plat_events **out, void **page)
{
    (void)p;
    if (xen_end_call())
        return -XEN_EIO;
    if (xen_end.open_error)
        return xen_end.open_error;
    if (xen_end.open || xen_end.abandoned)
        return -XEN_EBUSY;
    memset(&ring, 0, sizeof(ring));
    xen_end.open = true;
    *out = &ring;
    *page = ring.page;
    return 0;
}

int plat_events_close(struct plat_events *e)
{
    (void)e;
    xen_end.open = false; /* whatever comes of it */
    return xen_end_call();
}

void plat_events_leave(struct plat_events *e)
{
    (void)e;
    xen_end.open = false;
    xen_end.left = true;
    xen_end.abandoned = true;
}

int plat_events_notify(struct plat_events *e)
{
    (void)e;
    if (xen_end_call())
        return -XEN_EIO;
    xen_end.notifications++;
    take_answers();
    return 0;
}

int plat_events_wait(struct plat_events *e, enum plat_wait how, bool notify,
                     const volatile uint32_t *word, uint32_t seen,
                     uint32_t timeout_ms)
{
    if (xen_end_call())
        return -XEN_EIO;
    xen_end.how = how;
    xen_end.timeout_ms = timeout_ms;
    if (notify)
        plat_events_notify(e);
    if (memory.ending)
        return -XEN_EAGAIN;
    if (*word == seen && xen_end.waited_for)
        xen_end.waited_for();
    return *word == seen ? -XEN_ETIME : 0;
}

int plat_events_resume(struct platform *p)
{
    (void)p;
    if (xen_end_call())
        return -XEN_EIO;
    if (!xen_end.abandoned)
        return -XEN_ENOENT;
    if (memory.paused && xen_end.resume_error)
        return xen_end.resume_error;
    take_answers();
    return 0;
}

int plat_events_replace(struct platform *p, void **page)
{
    (void)p;
    if (xen_end_call())
        return -XEN_EIO;
    if (!memory.paused)
        return -XEN_EINVAL;
    memset(&ring, 0, sizeof(ring));
    *page = ring.page;
    return 0;
}

int plat_events_remove(struct platform *p, void *page)
{
    (void)p;
    if (xen_end_call())
        return -XEN_EIO;
    if (memory.paused || page != ring.page)
        return -XEN_EINVAL;
    xen_end.abandoned = false;
    return 0;
}

void plat_sleep(uint32_t ms)
{
    (void)ms;
    if (xen_end.slept)
        xen_end.slept();
}
