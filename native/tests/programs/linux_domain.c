/*
 * linux_domain.c - tests of native/linux-domain over the doubles of Xen, of xenstored and of
 * what an init asks of its kernel.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include <xen/errno.h>

#include "../../introspector/introspector.h"
#include "../../introspector/stamps.h"
#include "../../workloads/table.h"
#include "../linux/xen.h"
#include "../runner.h"
#include "program.h"
#include "xenstored.h"

/* The exit status of a program that has switched its domain off. */
#define OFF 42

static const char *failing; /* the call that does, with EPERM */
static int connection;

static int call(const char *name)
{
    if (!failing || strcmp(failing, name))
        return 0;
    errno = EPERM;
    return -1;
}

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_mount(const char *from, const char *to, const char *type, unsigned long flags, const void *data);
int __wrap_tcgetattr(int fd, struct termios *console);
int __wrap_tcsetattr(int fd, int when, const struct termios *console);
int __wrap_tcdrain(int fd);
int __wrap_mlockall(int flags);
int __wrap_reboot(int how);
long __wrap_syscall(long number, int file, const char *parameters, int flags);

int __wrap_open(const char *path, int flags, ...)
{
    if (!strcmp(path, "/dev/xen/xenbus"))
        return call(path) ? -1 : dup(connection);
    if (!strcmp(path, "/xen-privcmd.ko"))
        return call(path) ? -1 : __real_open("/dev/null", flags);
    return __real_open(path, flags);
}

int __wrap_mount(const char *from, const char *to, const char *type, unsigned long flags, const void *data)
{
    (void)from;
    (void)flags;
    (void)data;
    printf("mount %s %s\n", to, type);
    return call(to);
}

int __wrap_tcgetattr(int fd, struct termios *console)
{
    (void)fd;
    memset(console, 0xff, sizeof(*console));
    return call("tcgetattr");
}

int __wrap_tcsetattr(int fd, int when, const struct termios *console)
{
    (void)fd;
    (void)when;
    CHECK(!(console->c_oflag & OPOST)); /* a line's end stays what it is */
    return call("tcsetattr");
}

int __wrap_tcdrain(int fd)
{
    (void)fd;
    return 0;
}

int __wrap_mlockall(int flags)
{
    (void)flags;
    return call("mlockall");
}

int __wrap_reboot(int how)
{
    (void)how;
    printf("off, first %d, ready %d\n", stamp_of(STAMP_FIRST) > 0, stamp_of(STAMP_READY) > 0);
    exit(OFF);
}

long __wrap_syscall(long number, int file, const char *parameters, int flags)
{
    (void)file;
    (void)flags;
    printf("module %s\n", number == SYS_finit_module ? parameters : "?");
    return call("module");
}

/* A job's number says what comes of it. */
enum introspector_next introspector_run_job(const char *line)
{
    printf("ran %s\n", line);
    return strstr(line, "broken") ? INTROSPECTOR_BROKEN
           : strstr(line, "exit") ? INTROSPECTOR_EXIT
                                  : INTROSPECTOR_CONTINUE;
}

static struct ended boot(const char *const *jobs)
{
    struct ended e;

    xenstored.job_list = jobs;
    connection = xenstored_start();
    e = RUN(NULL, NULL);
    xenstored_stop();
    return e;
}

static const char *const good[] = {"seq=1 workload=page-walk", "seq=1 workload=page-walk", "seq=2 workload=exit", NULL};

static void from_start_to_end(void)
{
    struct ended e = boot(good);

    CHECK_EQ(e.status, OFF);
    CHECK(!strcmp(e.output, "mount /dev devtmpfs\nmount /sys sysfs\nmodule unrestricted=1\n"
                            "ran seq=1 workload=page-walk\nran seq=2 workload=exit\n"
                            "off, first 1, ready 1\n"));
}

static void output_that_is_lost(void)
{
    static const char *const jobs[] = {"seq=1 broken", NULL};
    struct ended e = boot(jobs);

    CHECK_EQ(e.status, OFF);
    CHECK_HAS(e.output, "introspector: output cannot be written: Input/output error\n");
}

/* Each is told on the console, which is all that anybody sees of it. */
static void what_goes_wrong(void)
{
    static const struct {
        const char *call, *told;
    } cases[] = {
        {"/dev", "cannot mount /dev and /sys: Operation not permitted"},
        {"/sys", "cannot mount /dev and /sys"},
        {"tcgetattr", "cannot set up the console"},
        {"tcsetattr", "cannot set up the console"},
        {"/xen-privcmd.ko", "cannot load /xen-privcmd.ko: Operation not permitted"},
        {"module", "cannot load /xen-privcmd.ko"},
        {"mlockall", "memory cannot be locked"},
        {"/dev/xen/xenbus", "cannot reach xenstore: Operation not permitted"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ended e;

        failing = cases[i].call;
        e = boot(good);
        CHECK_EQ(e.status, OFF);
        CHECK_HAS(e.output, cases[i].told);
        CHECK(!strstr(e.output, "ran "));
    }
}

static void xen_that_refuses(void)
{
    static const char *const told[] = {"cannot make hypercalls", "cannot make hypercalls", "cannot ask Xen about this vcpu"};

    for (unsigned int at = 1; at <= 3; at++) {
        guest->calls = 0;
        guest->fail_at = at;
        guest->fail_with = -XEN_EPERM;
        CHECK_HAS(boot(good).output, told[at - 1]);
    }
}

static void xenstored_that_refuses(void)
{
    strcpy(xenstored.refusal, "EACCES");
    CHECK_HAS(boot(good).output, "cannot reach xenstore: Input/output error");
    strcpy(xenstored.refusal, "ENOENT");
    CHECK_HAS(boot(good).output, "cannot reach xenstore: No such file");
    *xenstored.refusal = 0;
    xenstored.silent = true;
    CHECK_HAS(boot(good).output, "cannot reach xenstore: ");
    xenstored.silent = false;
    xenstored.lie = 5000;
    CHECK_HAS(boot(good).output, "cannot reach xenstore: Protocol error");
}

/* Those of a domain that is not Dom0's. */
static void workloads_that_it_has(void)
{
    static const char *const names[] = {"page-walk", "clock", "stamps", "exit", "refusal", "events", "guest-events"};

    CHECK_EQ(workload_count, sizeof(names) / sizeof(names[0]));
    for (size_t i = 0; i < workload_count && i < sizeof(names) / sizeof(names[0]); i++)
        CHECK(!strcmp(workload_table[i].name, names[i]) && !!workload_table[i].run == !!strcmp(names[i], "exit"));
}

static const struct test tests[] = {
    {"linux-domain: workloads that it has", workloads_that_it_has},
    {"linux-domain: from start to end", from_start_to_end},
    {"linux-domain: output that is lost", output_that_is_lost},
    {"linux-domain: what goes wrong", what_goes_wrong},
    {"linux-domain: a Xen that refuses", xen_that_refuses},
    {"linux-domain: a xenstored that refuses", xenstored_that_refuses},
    {0},
};

static void reset(void)
{
    xen_reset();
    memset(&xenstored, 0, sizeof(xenstored));
    failing = NULL;
}

int main(void)
{
    static const struct test *const tables[] = {tests};

    return run_tests(tables, 1, reset, false);
}
