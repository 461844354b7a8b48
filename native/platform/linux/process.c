/*
 * process.c - the process around the introspector: its kernel, clock, memory
 * and standard output.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include <platform.h>

#include "../xen/clock.h"

const char *plat_name(void)
{
    return "linux";
}

const char *plat_kernel(void)
{
    static char name[2 * sizeof(((struct utsname *)0)->release)];
    struct utsname u;

    if (uname(&u))
        return "Linux";
    snprintf(name, sizeof(name), "%s %s", u.sysname, u.release);
    return name;
}

/* Linux tells the kind of its own domain. */
static bool runs_in_pv(void)
{
    char kind[8] = "";
    FILE *f = fopen("/sys/hypervisor/guest_type", "re");
    bool pv;

    if (!f)
        return false;
    pv = fgets(kind, sizeof(kind), f) && !strncmp(kind, "PV", 2) && kind[2] != 'H';
    fclose(f);
    return pv;
}

void plat_clock_info(struct plat_clock_info *out)
{
    xen_clock_info(runs_in_pv(), out);
}

uint64_t plat_microseconds(void)
{
    struct timeval now;

    gettimeofday(&now, NULL);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_usec;
}

void plat_sleep(uint32_t ms)
{
    struct timespec left = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};

    while (nanosleep(&left, &left) && errno == EINTR)
        ;
}

void *plat_alloc(size_t bytes)
{
    return calloc(1, bytes);
}

void *plat_alloc_pages(size_t pages)
{
    void *va = aligned_alloc(PLAT_PAGE_SIZE, pages * PLAT_PAGE_SIZE);

    if (va)
        memset(va, 0, pages * PLAT_PAGE_SIZE);
    return va;
}

void plat_free(void *ptr)
{
    free(ptr);
}

void plat_free_pages(void *ptr, size_t pages)
{
    (void)pages;
    free(ptr);
}

int plat_write(const void *bytes, size_t n)
{
    const char *p = bytes;

    while (n) {
        ssize_t done = write(STDOUT_FILENO, p, n);

        if (done < 0 && errno != EINTR)
            return -errno;
        if (done > 0) {
            p += done;
            n -= (size_t)done;
        }
    }
    return 0;
}
