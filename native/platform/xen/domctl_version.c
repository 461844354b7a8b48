/*
 * domctl_version.c - see domctl_version.h. The numbers: XEN_DOMCTL_INTERFACE_VERSION
 * in xen/include/public/domctl.h of each release.
 *
 * Before a release is added, compare with the release before it what is asked for
 * by platform/ and probe/: the requests' numbers and structures in domctl.h, and
 * struct vcpu_guest_context and struct hvm_hw_cpu, which two of them fill in.
 */
#ifndef __XEN_TOOLS__
#define __XEN_TOOLS__ 1
#endif
#include "domctl_version.h"

#include <stddef.h>
#include <xen/xen.h>
#include <xen/domctl.h>

static const struct {
    uint32_t release, domctl;
} versions[] = {
    {XEN_RELEASE(4, 17), 0x15},
    {XEN_RELEASE(4, 18), 0x16},
    {XEN_RELEASE(4, 19), 0x17},
    {XEN_RELEASE(4, 20), 0x17},
};

_Static_assert(XEN_DOMCTL_INTERFACE_VERSION >= 0x15 && XEN_DOMCTL_INTERFACE_VERSION <= 0x17,
               "the structures are those of a release in the table");

uint32_t xen_domctl_version(uint32_t release)
{
    for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++)
        if (versions[i].release == release)
            return versions[i].domctl;
    return 0;
}
