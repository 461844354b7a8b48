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
#include <xenctrl.h>

/* A Mini-OS domain has answered by then. */
#define QUIET_NS 50000000

static int fail(const char *what)
{
    fprintf(stderr, "probe: %s: %s\n", what, strerror(errno));
    return 1;
}

static xc_interface *open_xen(void)
{
    xc_interface *xc = xc_interface_open(NULL, NULL, 0);

    if (!xc)
        exit(fail("cannot reach Xen"));
    return xc;
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

static int state(const char *domid)
{
    xc_interface *xc = open_xen();
    uint64_t clock = plat_clock();
    xc_physinfo_t host = {0};
    xc_dominfo_t domain;

    if (xc_physinfo(xc, &host))
        return fail("cannot ask Xen about the host");
    if (xc_domain_getinfo(xc, number(domid), 1, &domain) != 1 || domain.domid != number(domid)) {
        errno = ESRCH;
        return fail(domid);
    }
    printf("clock=%" PRIu64 " free=%" PRIu64 " pages=%lu ran=%" PRIu64 "\n", clock,
           host.free_pages, domain.nr_pages, domain.cpu_time);
    xc_interface_close(xc);
    return 0;
}

static int unpause(char **domids)
{
    const struct timespec quiet = {.tv_nsec = QUIET_NS};
    xc_interface *xc = open_xen();
    uint64_t clock = plat_clock();

    for (; *domids; domids++)
        if (xc_domain_unpause(xc, number(*domids)))
            return fail(*domids);
    nanosleep(&quiet, NULL);
    printf("clock=%" PRIu64 "\n", clock);
    xc_interface_close(xc);
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
