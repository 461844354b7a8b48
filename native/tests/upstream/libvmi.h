/*
 * libvmi.h - what upstream LibVMI (0.15) has and our libvmi/libvmi.h has not: included before
 * everything when native/upstream is built for a test.
 */
#ifndef TESTS_UPSTREAM_LIBVMI_H
#define TESTS_UPSTREAM_LIBVMI_H

#include <libvmi/libvmi.h>

/* Maps @num_pages frames; access_ptrs receives one pointer a page. */
status_t vmi_mmap_guest_pfns(vmi_instance_t vmi, unsigned long *pfns, size_t num_pages, int prot,
                             void **access_ptrs);

#endif
