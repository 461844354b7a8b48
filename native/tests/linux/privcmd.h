/*
 * privcmd.h - Linux's device for mapping frames, /dev/xen/privcmd, as a double: open(), mmap(),
 * munmap() and ioctl() come here (--wrap of the linker), and what is no business of the
 * device's goes on to the C library.
 *
 * Rules and answers are those of drivers/xen/privcmd.c in Linux 6.1.
 */
#ifndef TESTS_LINUX_PRIVCMD_H
#define TESTS_LINUX_PRIVCMD_H

#include <stdbool.h>
#include <stddef.h>

struct privcmd {
    bool translated; /* a Dom0 without IOCTL_PRIVCMD_MMAP (PVH) */
    size_t areas;    /* of the device that are mapped at the moment */
    size_t pages;    /* frames in them */
};

extern struct privcmd privcmd;

/* Guest memory, fresh; fails the process when there is none. */
void privcmd_reset(void);

#endif
