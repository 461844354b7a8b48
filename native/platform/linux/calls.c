/*
 * calls.c - see calls.h.
 */
#include "calls.h"

#include <errno.h>
#include <string.h>

#include <xen/version.h>

#include "../xen/domctl_version.h"

#define PAGES ((CALLS_SECOND + CALLS_SECOND_SIZE) / 4096)

int calls_open(struct calls *c)
{
    int release;

    *c = (struct calls){.handle = xencall_open(NULL, 0)};
    if (!c->handle)
        return -errno;
    c->pages = xencall_alloc_buffer_pages(c->handle, PAGES);
    if (!c->pages) {
        xencall_close(c->handle);
        return -ENOMEM;
    }
    memset(c->pages, 0, CALLS_SECOND + CALLS_SECOND_SIZE);
    release = xencall2(c->handle, __HYPERVISOR_xen_version, XENVER_version, 0);
    c->domctl = release < 0 ? 0 : xen_domctl_version((uint32_t)release);
    return 0;
}

void calls_close(struct calls *c)
{
    xencall_free_buffer_pages(c->handle, c->pages, PAGES);
    xencall_close(c->handle);
}

int calls_result(int result)
{
    return result < 0 ? -errno : result;
}

int calls_domctl(struct calls *c, struct xen_domctl *op)
{
    int error;

    if (!c->domctl)
        return -EOPNOTSUPP;
    op->interface_version = c->domctl;
    memcpy(c->pages, op, sizeof(*op));
    error = calls_result(xencall1(c->handle, __HYPERVISOR_domctl, (uintptr_t)c->pages));
    memcpy(op, c->pages, sizeof(*op));
    return error;
}
