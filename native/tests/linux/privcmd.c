/*
 * privcmd.c - see privcmd.h.
 */
#define _GNU_SOURCE
#include "privcmd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../platform/guest.h"

#include <xen/sys/privcmd.h>

#define PAGE        4096ul
#define MOST_AREAS  64
#define MOST_PAGES  4096

struct privcmd privcmd;

static int device = -1, image = -1;

static struct area {
    char *va;
    size_t bytes;
    int prot;
    bool claimed;
    bool filled[MOST_PAGES];
} areas[MOST_AREAS];

int __real_open(const char *path, int flags, ...);
int __real_ioctl(int fd, unsigned long request, ...);
void *__real_mmap(void *va, size_t bytes, int prot, int flags, int fd, off_t offset);
int __real_munmap(void *va, size_t bytes);

int __wrap_open(const char *path, int flags, ...);
int __wrap_ioctl(int fd, unsigned long request, void *argument);
void *__wrap_mmap(void *va, size_t bytes, int prot, int flags, int fd, off_t offset);
int __wrap_munmap(void *va, size_t bytes);

void privcmd_reset(void)
{
    size_t bytes = (GUEST_FRAMES + 1) * PAGE;

    privcmd.translated = false;
    if (image < 0) {
        image = memfd_create("guest", MFD_CLOEXEC);
        if (image < 0 || ftruncate(image, (off_t)bytes))
            abort();
        guest_memory = __real_mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, image, 0);
        if (guest_memory == MAP_FAILED)
            abort();
    }
    for (uint64_t frame = 0; frame <= GUEST_FRAMES; frame++)
        guest_memory[frame][0] = guest_memory[frame][511] = frame * 0x9e3779b97f4a7c15ull;
}

static int result(int error)
{
    errno = -error;
    return error ? -1 : 0;
}

/* The area of the device that has an address. */
static struct area *area_of(const void *va)
{
    for (size_t i = 0; i < MOST_AREAS; i++) {
        struct area *a = &areas[i];

        if (a->va && (const char *)va >= a->va && (const char *)va < a->va + a->bytes)
            return a;
    }
    return NULL;
}

int __wrap_open(const char *path, int flags, ...)
{
    int error;

    if (strcmp(path, "/dev/xen/privcmd"))
        return __real_open(path, flags);
    error = guest_call();
    if (error)
        return result(error);
    return device = __real_open("/dev/null", flags);
}

void *__wrap_mmap(void *va, size_t bytes, int prot, int flags, int fd, off_t offset)
{
    struct area *a = areas;
    int error;

    if (fd < 0 || fd != device)
        return __real_mmap(va, bytes, prot, flags, fd, offset);
    error = guest_call();
    if (error) {
        errno = -error;
        return MAP_FAILED;
    }
    while (a->va)
        a++;
    if (bytes / PAGE > MOST_PAGES || flags & MAP_PRIVATE)
        abort();
    va = __real_mmap(va, bytes, PROT_NONE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | (flags & MAP_FIXED_NOREPLACE), -1, 0);
    if (va != MAP_FAILED) {
        *a = (struct area){.va = va, .bytes = bytes, .prot = prot};
        privcmd.areas++;
    }
    return va;
}

int __wrap_munmap(void *va, size_t bytes)
{
    struct area *a = area_of(va);

    if (a) {
        if (a->va != va || a->bytes != bytes)
            abort(); /* the kernel would split the area: nobody here means that */
        for (size_t i = 0; i < bytes / PAGE; i++)
            privcmd.pages -= a->filled[i];
        a->va = NULL;
        privcmd.areas--;
    }
    return __real_munmap(va, bytes);
}

/* One frame in its page, unless Xen refuses; the page must be empty. */
static int fill(struct area *a, char *page, uint64_t frame)
{
    int error = guest_frame_error(frame);

    if (error)
        return error;
    if (__real_mmap(page, PAGE, a->prot, MAP_SHARED | MAP_FIXED, image,
                    (off_t)(guest_place(frame) * PAGE)) != page)
        abort();
    a->filled[(size_t)(page - a->va) / PAGE] = true;
    privcmd.pages++;
    return 0;
}

static int map_batch(const privcmd_mmapbatch_v2_t *m)
{
    char *va = (char *)(uintptr_t)m->addr;
    struct area *a = area_of(va);
    bool absent = false;

    if (m->dom != GUEST_DOMID)
        return -ESRCH;
    if (!a || va + m->num * PAGE > a->va + a->bytes)
        return -EINVAL;
    if (!a->claimed && (va != a->va || m->num * PAGE != a->bytes))
        return -EINVAL; /* the first request is for the whole area */
    for (size_t i = 0; i < m->num; i++)
        if (a->filled[(size_t)(va - a->va) / PAGE + i])
            return -EINVAL;
    a->claimed = true;
    for (size_t i = 0; i < m->num; i++) {
        m->err[i] = fill(a, va + i * PAGE, m->arr[i]);
        absent |= m->err[i] == -ENOENT;
    }
    return absent ? -ENOENT : 0;
}

static int map_ranges(const privcmd_mmap_t *m)
{
    struct area *a = area_of((void *)(uintptr_t)m->entry->va);

    if (privcmd.translated)
        return -ENOSYS;
    if (m->num != 1 || m->entry->npages || !a || a->claimed || (uintptr_t)a->va != m->entry->va)
        return -EINVAL;
    a->claimed = true;
    return 0;
}

int __wrap_ioctl(int fd, unsigned long request, void *argument)
{
    int error;

    if (fd < 0 || fd != device)
        return __real_ioctl(fd, request, argument);
    error = guest_call();
    if (error)
        return result(error);
    switch (request) {
    case IOCTL_PRIVCMD_MMAPBATCH_V2:
        return result(map_batch(argument));
    case IOCTL_PRIVCMD_MMAP:
        return result(map_ranges(argument));
    default:
        return result(-ENOTTY);
    }
}
