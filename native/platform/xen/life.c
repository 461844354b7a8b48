/*
 * life.c - stops the target and lets it go on, by domctl (xen/domctl.h). FLASK
 * decides who may: domain { pause unpause } on the target.
 */
#include "hypercalls.h"

int plat_pause(struct platform *p)
{
    struct xen_domctl op = {.cmd = XEN_DOMCTL_pausedomain};

    return xen_domctl(p, &op);
}

int plat_unpause(struct platform *p)
{
    struct xen_domctl op = {.cmd = XEN_DOMCTL_unpausedomain};

    return xen_domctl(p, &op);
}
