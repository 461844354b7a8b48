/*
 * calls.h - hypercalls of a process, by Linux's privcmd device (libxencall, whose
 * interface is the same for every Xen; libxenctrl's is not).
 *
 * Arguments are put together in pages that the kernel keeps in place: Xen reads
 * them through the process's own page tables while the call lasts. One call at a
 * time uses the pages, from their start.
 */
#ifndef PLATFORM_LINUX_CALLS_H
#define PLATFORM_LINUX_CALLS_H

#ifndef __XEN_TOOLS__
#define __XEN_TOOLS__ 1
#endif
#include <stdint.h>
#include <xen/xen.h>
#include <xen/domctl.h>
#include <xencall.h>

/* Where in the pages an argument's own arguments stand, and the room for them. */
#define CALLS_SECOND      2048
#define CALLS_SECOND_SIZE (3 * 4096 - CALLS_SECOND)

struct calls {
    xencall_handle *handle;
    char *pages;     /* memory that Xen can reach in a hypercall */
    uint32_t domctl; /* version of the interface that the running Xen speaks, 0: not known */
};

/* 0 or a negative errno, and then there is nothing to close. */
int calls_open(struct calls *c);
void calls_close(struct calls *c);

/* Xen's result as platform.h has it: 0, a positive number or a negative errno. */
int calls_result(int result);

/*
 * A domctl; the interface's version is filled in here. -EOPNOTSUPP for a Xen whose
 * version is not in platform/xen/domctl_version.c.
 */
int calls_domctl(struct calls *c, struct xen_domctl *op);

#endif
