/*
 * domctl_version.h - the version of Xen's domctl interface, by the version of Xen.
 *
 * The interface (xen/domctl.h) is the toolstack's: each request names the version
 * that it was written for, and Xen refuses every other. Of the requests that are
 * made here, the structures are the same in all versions of the table, so that the
 * number is all that has to be matched, at run time.
 */
#ifndef PLATFORM_XEN_DOMCTL_VERSION_H
#define PLATFORM_XEN_DOMCTL_VERSION_H

#include <stdint.h>

/* A version of Xen as XENVER_version gives it (xen/version.h). */
#define XEN_RELEASE(major, minor) ((uint32_t)(major) << 16 | (minor))

/* What a Xen of this version expects, or 0 for one that is not known. */
uint32_t xen_domctl_version(uint32_t release);

#endif
