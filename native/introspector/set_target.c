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

#include <xenctrl.h>

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

int set_target_command(int count, char *const words[])
{
    uint32_t domain, target;
    xc_interface *xc;
    int rc;

    if (count != 3 || strcmp(words[0], "set-target"))
        return fail(words[0], "the one command is set-target <domain> <target>");
    if (!parse_domid(words[1], &domain) || !parse_domid(words[2], &target))
        return fail(words[0], "takes the ids of two domains");
    xc = xc_interface_open(NULL, NULL, 0);
    if (!xc)
        return fail("Xen cannot be asked", strerror(errno));
    rc = xc_domain_set_target(xc, domain, target) ? errno : 0;
    xc_interface_close(xc);
    if (rc == EOPNOTSUPP)
        return fail(words[0], "Xen makes a domain privileged for HVM and PVH guests only");
    return rc ? fail(words[0], strerror(rc)) : 0;
}
