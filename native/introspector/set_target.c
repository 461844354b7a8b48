/*
 * set_target.c - `introspector set-target <domain> <target>`: on a Xen without FLASK,
 * Dom0 makes the domain of an introspector privileged for its target.
 *
 * XEN_DOMCTL_set_target (xen/domctl.h) is what lets a stub domain serve its guest. The
 * target has to be an HVM or PVH guest, a domain has one target for its life, and Xen
 * keeps the target's remains until that domain is gone. What the privilege opens is
 * whatever Xen checks as XSM_TARGET or XSM_DM_PRIV (Xen's xen/include/xsm/dummy.h):
 * mappings, writable ones too, and none of the domctls that read registers or listen.
 */
#include "set_target.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../platform/linux/calls.h"

static int fail(const char *what, const char *why)
{
    fprintf(stderr, "introspector: %s: %s\n", what, why);
    return 2;
}

static bool parse_domid(const char *text, uint32_t *domid)
{
    char *end;
    unsigned long n = strtoul(text, &end, 10);

    *domid = (uint32_t)n;
    return *text >= '0' && *text <= '9' && !*end && n < DOMID_FIRST_RESERVED;
}

/* 0 or a negative errno. */
static int set_target(uint32_t domain, uint32_t target)
{
    struct xen_domctl op = {
        .cmd = XEN_DOMCTL_set_target,
        .domain = (domid_t)domain,
        .u.set_target.target = (domid_t)target,
    };
    struct calls calls;
    int error = calls_open(&calls);

    if (error)
        return error;
    error = calls.domctl ? calls_domctl(&calls, &op) : -ENOSYS;
    calls_close(&calls);
    return error;
}

int set_target_command(int count, char *const words[])
{
    uint32_t domain, target;
    int error;

    if (count != 3 || !parse_domid(words[1], &domain) || !parse_domid(words[2], &target))
        return fail(words[0], "takes the ids of two domains");
    error = set_target(domain, target);
    switch (error) {
    case 0:
        return 0;
    case -ENOSYS:
        return fail(words[0], "this is not a Xen whose domctl interface is known");
    case -EOPNOTSUPP:
        return fail(words[0], "Xen makes a domain privileged for HVM and PVH guests only");
    default:
        return fail(words[0], strerror(-error));
    }
}
