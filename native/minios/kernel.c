/*
 * kernel.c - from the entry to the application, and the way out.
 */
#include "boot.h"
#include "traps.h"
#include "wait.h"

#include <mini-os/console.h>
#include <mini-os/hypervisor.h>
#include <mini-os/kernel.h>
#include <mini-os/lib.h>
#include <mini-os/mm.h>
#include <xen/vcpu.h>

const char minios_kernel_name[] = "tinyvmi-bench Mini-OS " MINIOS_VERSION;

union start_info_union start_info_union;
shared_info_t *HYPERVISOR_shared_info;

/* Its own memory is lost: this page is mapped to Xen's shared page instead. */
static char shared_page[PAGE_SIZE]
    __attribute__((section(".bss.page"), aligned(4096)));

static void map_shared_info(void)
{
    pte_t entry = { start_info.shared_info | L1_PROT };

    if (HYPERVISOR_update_va_mapping((unsigned long)shared_page, entry,
                                     UVMF_INVLPG))
        do_exit();
    HYPERVISOR_shared_info = (shared_info_t *)shared_page;
}

/*
 * A PV vcpu has a tick of 10 ms by default. Nothing here waits for one, and with
 * it every switch to and from this vcpu starts and stops a timer (xen/vcpu.h).
 */
static void stop_ticks(void)
{
    if (HYPERVISOR_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL))
        do_exit();
}

/* start_kernel(): called by entry.S with Xen's start_info; never returns. */
void start_kernel(const start_info_t *from_xen) __attribute__((noreturn));
void start_kernel(const start_info_t *from_xen)
{
    trap_init();
    memcpy(&start_info_union, from_xen, sizeof(start_info_union));
    phys_to_machine_mapping = (unsigned long *)start_info.mfn_list;
    pt_base = (pgentry_t *)start_info.pt_base;
    map_shared_info();
    stop_ticks();
    console_init();
    mm_init();
    xenbus_init();
    printk("%s on %.*s, %lu pages, %lu free\n", minios_kernel_name,
           (int)sizeof(start_info.magic), start_info.magic, start_info.nr_pages,
           nr_free_pages);

    app_main(NULL);
    run_threads();
    for (;;)
        wait_for_event(0);
}

void do_exit(void)
{
    static int dying;

    if (!dying++)
        console_flush();
    for (;;)
        HYPERVISOR_shutdown(SHUTDOWN_crash);
}
