/*
 * domctl.c - requests of the toolstack's interface (xen/domctl.h), and room for what they
 * point to.
 */
#include "../xen/domctl_version.h"
#include "../xen/hypercalls.h"
#include "internal.h"

#include <xen/version.h>

/* Asked once; a domain that is moved to another Xen starts anew. */
static uint32_t domctl_version(void)
{
    static uint32_t version;

    if (!version)
        version = xen_domctl_version((uint32_t)HYPERVISOR_xen_version(XENVER_version, NULL));
    return version;
}

int xen_domctl(struct platform *p, struct xen_domctl *op)
{
    op->interface_version = domctl_version();
    if (!op->interface_version)
        return -XEN_EOPNOTSUPP;
    op->domain = p->target.domid;
    p->counters.hypercalls++;
    return HYPERVISOR_domctl((unsigned long)op);
}

void *xen_buffer(struct platform *p)
{
    static uint64_t buffer[XEN_BUFFER_SIZE / sizeof(uint64_t)];

    (void)p;
    return buffer;
}
