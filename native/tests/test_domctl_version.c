/*
 * test_domctl_version.c - which Xens are spoken to, and how.
 */
#include "../platform/xen/domctl_version.h"

#include "test.h"

static void every_release_has_its_version(void)
{
    CHECK_EQ(xen_domctl_version(XEN_RELEASE(4, 17)), 0x15);
    CHECK_EQ(xen_domctl_version(XEN_RELEASE(4, 18)), 0x16);
    CHECK_EQ(xen_domctl_version(XEN_RELEASE(4, 19)), 0x17);
    CHECK_EQ(xen_domctl_version(XEN_RELEASE(4, 20)), 0x17);
}

/* 4.21 keeps the number of 4.20, but nobody has compared its structures. */
static void a_release_that_is_not_known_has_none(void)
{
    CHECK_EQ(xen_domctl_version(XEN_RELEASE(4, 16)), 0);
    CHECK_EQ(xen_domctl_version(XEN_RELEASE(4, 21)), 0);
    CHECK_EQ(xen_domctl_version(XEN_RELEASE(5, 17)), 0);
    CHECK_EQ(xen_domctl_version(0), 0);
    CHECK_EQ(xen_domctl_version((uint32_t)-38), 0); /* an error instead of a version */
}

const struct test domctl_version_tests[] = {
    {"every release has its version of the domctl interface", every_release_has_its_version},
    {"a release that is not known has none", a_release_that_is_not_known_has_none},
    {0},
};
