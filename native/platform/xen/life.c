/*
 * life.c - stops the target and lets it go on, by domctl (xen/domctl.h). FLASK
 * decides who may: domain { pause unpause } on the target.
 */
#include "hypercalls.h"

int plat_pause(struct platform *p)
{
    struct xen_domctl op = {.cmd = XEN_DOMCTL_pausedomain};
    int error;

    xen_hold(p);
    error = xen_domctl(p, &op);
    if (error)
        xen_let_go(p);
    return error;
}

int plat_unpause(struct platform *p)
{
    struct xen_domctl op = {.cmd = XEN_DOMCTL_unpausedomain};
    int error = xen_domctl(p, &op);

    if (!error)
        xen_let_go(p);
    return error;
}
