/*
 * output.c - the PV console as the introspector's output, and names.
 */
#include "internal.h"

#include <mini-os/console.h>
#include <mini-os/kernel.h>
#include <mini-os/sched.h>

/* Our own kernel says who it is; upstream Mini-OS has no such symbol. */
extern const char minios_kernel_name[] __attribute__((weak));

bool plat_ending(void)
{
    return false;
}

const char *plat_name(void)
{
    return "minios";
}

const char *plat_kernel(void)
{
    return minios_kernel_name ? minios_kernel_name : "Mini-OS";
}

void plat_sleep(uint32_t ms)
{
    msleep(ms);
}

/*
 * The native/minios kernel takes all of it and blocks meanwhile. Upstream takes
 * what fits, and offers nothing to wait for a place but time.
 */
int plat_write(const void *bytes, size_t n)
{
    const char *from = bytes;

    while (n) {
        unsigned int chunk = n < 1024 ? n : 1024;
        int taken = xencons_ring_send(NULL, from, chunk);

        if (taken < 0)
            return taken;
        if (!taken)
            msleep(1);
        from += taken;
        n -= taken;
    }
    return 0;
}
