/*
 * probe.c - what Dom0 is asked around a measurement.
 *
 *   probe state DOMID       the time-stamp counter; pages of the host that are
 *                           free (XEN_SYSCTL_physinfo); pages that the domain
 *                           holds and nanoseconds that its vcpus ran
 *                           (XEN_DOMCTL_getdomaininfo)
 *   probe unpause DOMID...  unpauses domains; prints the counter before. Returns
 *                           after a while in which Dom0 does what they ask of it
 *                           and nothing else
 *   probe start PROGRAM...  becomes PROGRAM, which finds the counter at its
 *                           first instruction in TVMI_STARTED
 *
 * Prints key=value on one line.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <platform.h>

#include "../platform/linux/calls.h"

#include <xen/sysctl.h>

/* The same for every Xen of platform/xen/domctl_version.c. */
_Static_assert(XEN_SYSCTL_INTERFACE_VERSION == 0x15, "what Xen 4.17 to 4.20 speak");

/* A Mini-OS domain has answered by then. */
#define QUIET_NS 50000000

static int fail(const char *what)
{
    fprintf(stderr, "probe: %s: %s\n", what, strerror(errno));
    return 1;
}

/* Nothing is closed: the process ends. */
static struct calls *open_xen(void)
{
    static struct calls calls;
    int error = calls_open(&calls);

    if (error) {
        errno = -error;
        exit(fail("cannot reach Xen"));
    }
    return &calls;
}

static uint32_t number(const char *domid)
{
    char *end;
    unsigned long value = strtoul(domid, &end, 10);

    if (*end || end == domid || value >= DOMID_FIRST_RESERVED) {
        errno = EINVAL;
        exit(fail(domid));
    }
    return (uint32_t)value;
}

static uint64_t free_pages(struct calls *xen)
{
    struct xen_sysctl *op = (struct xen_sysctl *)xen->pages;

    *op = (struct xen_sysctl){
        .cmd = XEN_SYSCTL_physinfo,
        .interface_version = XEN_SYSCTL_INTERFACE_VERSION,
    };
    if (xencall1(xen->handle, __HYPERVISOR_sysctl, (uintptr_t)op))
        exit(fail("cannot ask Xen about the host"));
    return op->u.physinfo.free_pages;
}

/* Makes the request, or ends the process. */
static void domctl(struct calls *xen, const char *domid, struct xen_domctl *op)
{
    int error;

    op->domain = (domid_t)number(domid);
    error = calls_domctl(xen, op);
    if (!error)
        return;
    errno = -error;
    exit(fail(domid));
}

static int state(const char *domid)
{
    struct calls *xen = open_xen();
    struct xen_domctl op = {.cmd = XEN_DOMCTL_getdomaininfo};
    uint64_t clock = plat_clock();
    uint64_t free = free_pages(xen);

    domctl(xen, domid, &op);
    /* Xen answers for the next domain when there is none of this number. */
    if (op.u.getdomaininfo.domain != number(domid)) {
        errno = ESRCH;
        return fail(domid);
    }
    printf("clock=%" PRIu64 " free=%" PRIu64 " pages=%" PRIu64 " ran=%" PRIu64 "\n", clock, free,
           op.u.getdomaininfo.tot_pages, op.u.getdomaininfo.cpu_time);
    return 0;
}

static int unpause(char **domids)
{
    const struct timespec quiet = {.tv_nsec = QUIET_NS};
    struct calls *xen = open_xen();
    uint64_t clock = plat_clock();

    for (; *domids; domids++) {
        struct xen_domctl op = {.cmd = XEN_DOMCTL_unpausedomain};

        domctl(xen, *domids, &op);
    }
    nanosleep(&quiet, NULL);
    printf("clock=%" PRIu64 "\n", clock);
    return 0;
}

static int start(char **program)
{
    char clock[32];

    snprintf(clock, sizeof(clock), "%" PRIu64, plat_clock());
    if (setenv("TVMI_STARTED", clock, 1))
        return fail("cannot set TVMI_STARTED");
    execv(program[0], program);
    return fail(program[0]);
}

int main(int argc, char **argv)
{
    if (argc == 3 && !strcmp(argv[1], "state"))
        return state(argv[2]);
    if (argc >= 3 && !strcmp(argv[1], "unpause"))
        return unpause(argv + 2);
    if (argc >= 3 && !strcmp(argv[1], "start"))
        return start(argv + 2);
    fprintf(stderr, "usage: probe state DOMID | unpause DOMID... | start PROGRAM...\n");
    return 64;
}
