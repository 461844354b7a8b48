/*
 * domain.c - opening a domain, and what of its memory is populated on demand
 * (XENMEM_get_pod_target, xen/memory.h).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "../xen/hypercalls.h"
#include "linux.h"

#include <xen/memory.h>

int plat_open(struct platform **out, const struct plat_target *target)
{
    struct platform *p = calloc(1, sizeof(*p));
    int error;

    if (!p)
        return -ENOMEM;
    p->target = *target;
    p->last = &p->areas;
    p->counters.hypercalls = PLAT_UNKNOWN;

    p->privcmd = open("/dev/xen/privcmd", O_RDWR | O_CLOEXEC);
    if (p->privcmd < 0) {
        error = -errno;
        goto fail_open;
    }
    error = calls_open(&p->calls);
    if (error)
        goto fail_calls;
    *out = p;
    return 0;

fail_calls:
    close(p->privcmd);
fail_open:
    free(p);
    return error;
}

void plat_close(struct platform *p)
{
    if (p->events)
        (void)plat_events_close(p->events);
    linux_release_mappings(p);
    calls_close(&p->calls);
    close(p->privcmd);
    while (p->held)
        xen_let_go(p);
    free(p);
}

void *xen_buffer(struct platform *p)
{
    return p->calls.pages + CALLS_SECOND;
}

_Static_assert(XEN_BUFFER_SIZE <= CALLS_SECOND_SIZE, "what Xen fills in has room");

int plat_pod_get(struct platform *p, uint64_t *entries, uint64_t *cache)
{
    struct xen_pod_target *pod = (struct xen_pod_target *)p->calls.pages;
    int error;

    *pod = (struct xen_pod_target){.domid = p->target.domid};
    error = calls_result(xencall2(p->calls.handle, __HYPERVISOR_memory_op, XENMEM_get_pod_target,
                                  (uintptr_t)pod));
    if (error < 0)
        return error;
    *entries = pod->pod_entries;
    *cache = pod->pod_cache_pages;
    return 0;
}

void plat_counters(const struct platform *p, struct plat_counters *out)
{
    *out = p->counters;
}
