/*
 * main.c - the introspector as an application of Mini-OS: jobs from xenstore.
 *
 * The harness writes a job to tinyvmi/job in this domain's own folder, a watch
 * reports it, and its records go to the console (native/PROTOCOL.md). Between
 * jobs the domain is blocked.
 */
#include "../../introspector/inbox.h"
#include "../../introspector/introspector.h"
#include "../../introspector/stamps.h"
#include <platform.h>

#include <mini-os/console.h>
#include <mini-os/hypervisor.h>
#include <mini-os/kernel.h>
#include <mini-os/lib.h>
#include <mini-os/sched.h>
#include <mini-os/xenbus.h>
#include <mini-os/xmalloc.h>

#define JOB_PATH "tinyvmi/job"

/* Time for the console daemon to take the last output, before the domain goes. */
#define FAREWELL_MS 100

static void shut_down(unsigned int reason) __attribute__((noreturn));
static void shut_down(unsigned int reason)
{
    msleep(FAREWELL_MS);
    for (;;)
        HYPERVISOR_shutdown(reason);
}

/* Clock of the kernel's first instruction: our own kernel notes it, upstream does not. */
extern const uint64_t minios_first_instruction __attribute__((weak));

static void run(const char *job)
{
    switch (introspector_run_job(job)) {
    case INTROSPECTOR_CONTINUE:
        return;
    case INTROSPECTOR_EXIT:
        shut_down(SHUTDOWN_poweroff);
    case INTROSPECTOR_BROKEN:
        shut_down(SHUTDOWN_crash);
    }
}

/* Run the job in xenstore if there is one with another number than @last. */
static unsigned long run_new_job(unsigned long last)
{
    char *job = NULL;
    char *error = xenbus_read(XBT_NIL, JOB_PATH, &job);

    if (error && strcmp(error, "ENOENT"))
        printk("tinyvmi: cannot read %s: %s\n", JOB_PATH, error);
    if (!error && inbox_is_new(job, &last))
        run(job);
    free(error);
    free(job);
    return last;
}

static void run_jobs(void *unused)
{
    xenbus_event_queue events = NULL;
    unsigned long last = 0;
    char *error = xenbus_watch_path_token(XBT_NIL, JOB_PATH, JOB_PATH, &events);

    (void)unused;
    if (error) {
        printk("tinyvmi: cannot watch %s: %s\n", JOB_PATH, error);
        shut_down(SHUTDOWN_crash);
    }
    stamp(STAMP_READY);
    for (;;) {
        xenbus_wait_for_watch(&events);
        last = run_new_job(last);
    }
}

int app_main(void *p)
{
    (void)p;
    stamp(STAMP_ENTERED);
    stamp_at(STAMP_FIRST,
             &minios_first_instruction ? minios_first_instruction : stamp_of(STAMP_ENTERED));
    if (!create_thread("tinyvmi", run_jobs, NULL)) {
        printk("tinyvmi: cannot start its thread\n");
        do_exit();
    }
    return 0;
}
