/*
 * init.c - the introspector as the only process of a Linux domain: what a
 * Mini-OS domain does, done the way that Linux allows with the least around it.
 *
 * Jobs come from xenstore as in the Mini-OS domain, and records go to the
 * console. The kernel's privcmd driver refuses hypercalls to a domain without
 * privileges unless it is told otherwise; Xen and its policy decide then.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include <platform.h>
#include <xen/vcpu.h>
#include <xencall.h>

#include "../introspector/inbox.h"
#include "../introspector/introspector.h"
#include "../introspector/stamps.h"
#include "store.h"

#define JOB_PATH "tinyvmi/job"
#define MODULE   "/xen-privcmd.ko"

static void shut_down(void) __attribute__((noreturn));
static void shut_down(void)
{
    tcdrain(STDOUT_FILENO);
    reboot(RB_POWER_OFF);
    abort();
}

static void die(const char *what, int error) __attribute__((noreturn));
static void die(const char *what, int error)
{
    printf("introspector: %s: %s\n", what, strerror(error));
    fflush(stdout);
    shut_down();
}

static void load_module(void)
{
    int file = open(MODULE, O_RDONLY | O_CLOEXEC);

    if (file < 0 || syscall(SYS_finit_module, file, "unrestricted=1", 0))
        die("cannot load " MODULE, errno);
    close(file);
}

/* Records are lines of their own; the terminal must not change them. */
static void make_console_plain(void)
{
    struct termios console;

    if (tcgetattr(STDOUT_FILENO, &console))
        die("cannot set up the console", errno);
    cfmakeraw(&console);
    if (tcsetattr(STDOUT_FILENO, TCSANOW, &console))
        die("cannot set up the console", errno);
}

/* Where this vcpu has been since it was created, in nanoseconds of Xen. */
struct past {
    uint64_t now;    /* the clock at that moment */
    uint64_t active; /* running or blocked */
};

static struct past past_of_vcpu(void)
{
    xencall_handle *call = xencall_open(NULL, 0);
    struct vcpu_runstate_info *info = call ? xencall_alloc_buffer(call, sizeof(*info)) : NULL;
    struct past past;

    if (!info)
        die("cannot make hypercalls", errno);
    if (xencall3(call, __HYPERVISOR_vcpu_op, VCPUOP_get_runstate_info, 0, (uintptr_t)info))
        die("cannot ask Xen about this vcpu", errno);
    past = (struct past){
        .now = plat_clock(),
        .active = info->time[RUNSTATE_running] + info->time[RUNSTATE_blocked],
    };
    xencall_free_buffer(call, info);
    xencall_close(call);
    return past;
}

/*
 * Linux does not note the clock at its first instruction. A vcpu that has run
 * once is running, blocked or waiting for its turn; without the waiting, which is
 * partly before it, the first instruction was at the latest so long ago.
 */
static void stamp_first(struct past past)
{
    struct plat_clock_info clock;

    plat_clock_info(&clock);
    stamp_at(STAMP_FIRST,
             past.now - (uint64_t)((unsigned __int128)past.active * clock.frequency / 1000000000));
}

static void serve(struct store *store, struct past past)
{
    unsigned long last = 0;

    for (;;) {
        int error = store_wait(store);
        char *job = error ? NULL : store_read(store, JOB_PATH);
        enum introspector_next next = INTROSPECTOR_CONTINUE;

        if (error || (!job && errno))
            die("cannot read a job from xenstore", error ? -error : errno);
        if (job && inbox_is_new(job, &last)) {
            next = introspector_run_job(job);
            stamp_first(past);
        }
        free(job);
        if (next == INTROSPECTOR_BROKEN)
            die("output cannot be written", EIO);
        if (next == INTROSPECTOR_EXIT)
            return;
    }
}

int main(void)
{
    struct store store;
    struct past past;
    int error;

    stamp(STAMP_ENTERED);
    if (mount("dev", "/dev", "devtmpfs", 0, NULL) || mount("sys", "/sys", "sysfs", 0, NULL))
        die("cannot mount /dev and /sys", errno);
    make_console_plain();
    load_module();
    past = past_of_vcpu();
    /* No page fault inside a measured section. */
    if (mlockall(MCL_CURRENT | MCL_FUTURE))
        die("memory cannot be locked", errno);
    error = store_open(&store);
    if (!error)
        error = store_watch(&store, JOB_PATH);
    if (error)
        die("cannot reach xenstore", -error);
    stamp(STAMP_READY);
    serve(&store, past);
    shut_down();
}
