/*
 * target.c - tests of the target's init: its region and digests, and streams of every kind of
 * event, made by this processor while nobody listens. Files of the kernel's are a folder's,
 * memory of its streams is shared with the test, and switching off ends the process.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/mman.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "../../workloads/event_stream.h"
#include "../runner.h"
#include "program.h"

#define OFF   42 /* exit status of a target that switched itself off */
#define READY 43 /* of one that was ended */
#define CPUS  2

static const char *command_line, *meminfo, *huge_pages; /* huge_pages: what the kernel says it has */
static const char *failing;
static int streams = -1; /* their memory */

static int call(const char *name)
{
    if (!failing || strcmp(failing, name))
        return 0;
    errno = EPERM;
    return -1;
}

static int file_with(const char *text)
{
    int fd = memfd_create("file", 0);

    if (fd < 0 || write(fd, text, strlen(text)) < 0)
        abort();
    lseek(fd, 0, SEEK_SET);
    return fd;
}

int __real_open(const char *path, int flags, ...);
void *__real_mmap(void *va, size_t bytes, int prot, int flags, int fd, off_t offset);

int __wrap_open(const char *path, int flags, ...);
void *__wrap_mmap(void *va, size_t bytes, int prot, int flags, int fd, off_t offset);
int __wrap_mount(const char *from, const char *to, const char *type, unsigned long flags, const void *data);
int __wrap_mkdir(const char *path, mode_t mode);
int __wrap_mlock(const void *va, size_t bytes);
int __wrap_reboot(int how);
unsigned int __wrap_sleep(unsigned int seconds);
long __wrap_sysconf(int name);
int __wrap_sched_setscheduler(pid_t pid, int policy, const struct sched_param *param);
int __wrap_sched_setaffinity(pid_t pid, size_t size, const cpu_set_t *set);

int __wrap_open(const char *path, int flags, ...)
{
    if (call(path))
        return -1;
    if (!strcmp(path, "/dev/console"))
        return dup(STDOUT_FILENO);
    if (!strcmp(path, "/proc/cmdline"))
        return file_with(command_line);
    if (!strcmp(path, "/proc/meminfo"))
        return file_with(meminfo);
    if (strstr(path, "hugepages") && huge_pages)
        return file_with(flags == O_WRONLY ? "" : huge_pages);
    if (!strncmp(path, "/proc/sys/", 10))
        return file_with("");
    if (!strncmp(path, "/sys/", 5)) {
        errno = ENOENT;
        return -1;
    }
    return __real_open(path, flags);
}

void *__wrap_mmap(void *va, size_t bytes, int prot, int flags, int fd, off_t offset)
{
    uint64_t at = (uint64_t)(uintptr_t)va - STREAM_BASE;

    if (flags & MAP_HUGETLB)
        return __real_mmap(va, bytes, prot, flags & ~(int)(MAP_HUGETLB | 63u << MAP_HUGE_SHIFT), fd, offset);
    if (at / STREAM_STRIDE < CPUS && flags & MAP_SHARED)
        return __real_mmap(va, bytes, prot, MAP_SHARED | MAP_FIXED_NOREPLACE, streams,
                           (off_t)(at / STREAM_STRIDE << 20));
    return __real_mmap(va, bytes, prot, flags, fd, offset);
}

int __wrap_mount(const char *from, const char *to, const char *type, unsigned long flags, const void *data)
{
    (void)from;
    (void)type;
    (void)flags;
    (void)data;
    return call(to);
}

int __wrap_mkdir(const char *path, mode_t mode)
{
    (void)mode;
    (void)path;
    errno = EEXIST;
    return failing && !strcmp(failing, "mkdir") ? call("mkdir") : -1;
}

int __wrap_mlock(const void *va, size_t bytes)
{
    (void)va;
    (void)bytes;
    return call("mlock");
}

int __wrap_reboot(int how)
{
    (void)how;
    exit(OFF);
}

unsigned int __wrap_sleep(unsigned int seconds)
{
    (void)seconds;
    return 0;
}

long __wrap_sysconf(int name)
{
    (void)name;
    return CPUS;
}

/* With priorities, a test would have this machine's processors for itself. */
int __wrap_sched_setscheduler(pid_t pid, int policy, const struct sched_param *param)
{
    (void)pid;
    (void)policy;
    (void)param;
    return 0;
}

int __wrap_sched_setaffinity(pid_t pid, size_t size, const cpu_set_t *set)
{
    (void)pid;
    (void)size;
    (void)set;
    return 0;
}

static void on_end(int number)
{
    (void)number;
    exit(READY); /* what it interrupts is in no library */
}

/* VMCALL and VMMCALL on a processor that is no guest: what Xen tells a process when nobody listens. */
static void on_invalid_opcode(int number, siginfo_t *info, void *context)
{
    greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
    const unsigned char *code = (const unsigned char *)registers[REG_RIP];

    (void)info;
    if (code[0] != 0x0f || code[1] != 0x01 || (code[2] != 0xc1 && code[2] != 0xd9)) {
        signal(number, SIG_DFL);
        return;
    }
    registers[REG_RAX] = -EPERM;
    registers[REG_RIP] += 3;
}

static void reset(void)
{
    struct sigaction action = {.sa_sigaction = on_invalid_opcode, .sa_flags = SA_SIGINFO};

    sigaction(SIGILL, &action, NULL);
    signal(SIGTERM, on_end);
    command_line = "console=hvc0 tv.pages=600 tv.batch=500 tv.seed=1";
    meminfo = "MemTotal: 65536 kB\nMemAvailable:    32768 kB\n";
    huge_pages = NULL;
    failing = NULL;
}

static struct ended boot(void)
{
    return program_run_until((const char *const[]){NULL}, NULL, "TARGET ready\n");
}

static void regions(void)
{
    struct ended e = boot();

    CHECK_EQ(e.status, READY);
    CHECK_HAS(e.output, "\nTARGET region base=0x5a0000000000 pages=600 page-size=4k batch=500\n"
                        "TARGET digest first=0 pages=500 digest=");
    CHECK_HAS(e.output, "\nTARGET digest first=500 pages=100 digest=");
    CHECK_HAS(e.output, "\nTARGET ready\n");
    /* One page of seed 1: the digest of test.c. */
    command_line = "tv.pages=1 tv.batch=1";
    CHECK_HAS(boot().output, "digest first=0 pages=1 digest=5130c9df107e72bb\n");
    command_line = "tv.pages=600 tv.page-size=2m";
    huge_pages = "2\n";
    e = boot();
    CHECK_HAS(e.output, "pages=600 page-size=2m batch=500\n");
}

static void what_goes_wrong(void)
{
    static const struct {
        const char *line, *memory, *huge, *failing, *told;
    } cases[] = {
        {"tv.pages=0", NULL, NULL, NULL, "bad parameter tv.pages=0"},
        {NULL, "MemAvailable: 100 kB\n", NULL, NULL, "not enough memory: the region needs 2 MiB, 0 MiB are available"},
        {NULL, "MemTotal: 100 kB\n", NULL, NULL, "cannot find MemAvailable"},
        {"tv.page-size=2m", NULL, "0\n", NULL, "not enough memory: 1 pages of 2m needed, 0 to be had"},
        {"tv.page-size=1g", NULL, NULL, NULL, "this machine has no pages of 1g"},
        {NULL, NULL, NULL, "mlock", "cannot lock the region: Operation not permitted"},
        {NULL, NULL, NULL, "/proc", "cannot mount /proc: Operation not permitted"},
        {NULL, NULL, NULL, "mkdir", "cannot make /dev: Operation not permitted"},
        {NULL, NULL, NULL, "/proc/cmdline", "cannot read /proc/cmdline: Operation not permitted"},
        {"tv.events=1 tv.pages=1", NULL, NULL, "mlock", "cannot lock the region"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ended e;

        reset();
        command_line = cases[i].line ? cases[i].line : command_line;
        meminfo = cases[i].memory ? cases[i].memory : meminfo;
        huge_pages = cases[i].huge;
        failing = cases[i].failing;
        e = boot();
        CHECK_EQ(e.status, OFF);
        CHECK_HAS(e.output, "\nTARGET error ");
        CHECK_HAS(e.output, cases[i].told);
    }
}

/* --- streams ----------------------------------------------------------------------------- */

static volatile struct event_stream *stream_of(int cpu)
{
    static char *all;

    if (!all)
        all = __real_mmap(NULL, CPUS << 20, PROT_READ | PROT_WRITE, MAP_SHARED, streams, 0);
    return (volatile struct event_stream *)(all + ((size_t)cpu << 20));
}

static bool await(volatile const uint64_t *counter, uint64_t least)
{
    for (int ms = 0; *counter < least && ms < 20000; ms++)
        usleep(1000);
    return *counter >= least;
}

static void order(int cpu, uint32_t kind)
{
    volatile struct event_stream *s = stream_of(cpu);

    s->wanted_kind = kind;
    s->wanted_spin = 10;
    __atomic_store_n(&s->wanted, s->wanted + 1, __ATOMIC_RELEASE);
    syscall(SYS_futex, &s->wanted, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static void streams_of_every_kind(void)
{
    pid_t target;
    int status;

    streams = memfd_create("streams", MFD_CLOEXEC);
    if (streams < 0 || ftruncate(streams, CPUS << 20))
        abort();
    command_line = "tv.pages=1 tv.events=1";
    fflush(stdout);
    if (prctl(PR_SET_CHILD_SUBREAPER, 1))
        abort();
    target = fork();
    if (!target) {
        setpgid(0, 0);
        if (!freopen("/dev/null", "w", stdout))
            abort();
        exit(program_main(1, (char *[]){"init", NULL}));
    }
    (void)setpgid(target, target); /* whoever of the two comes first */
    for (int cpu = 0; cpu < CPUS; cpu++) {
        volatile struct event_stream *s = stream_of(cpu);

        for (uint32_t kind = EVENT_NONE + 1; kind < EVENT_ACTIVITIES; kind++) {
            uint64_t before;

            order(cpu, kind);
            CHECK(await(&s->order, s->wanted)); /* until then it makes those of before */
            before = s->finished;
            if (!await(&s->finished, before + 5))
                test_fail(__FILE__, __LINE__, "events of this kind", kind, 0);
            CHECK(kind == EVENT_CR3_WRITE || s->kind == kind);
        }
        order(cpu, EVENT_NONE);
        CHECK(await(&s->order, 0) && s->magic == STREAM_MAGIC && s->vcpu == (uint32_t)cpu);
        CHECK_EQ(s->errors, 0);
    }
    CHECK(stream_of(0)->asked > 0);
    CHECK_EQ(stream_of(1)->asked, 0);
    kill(-target, SIGTERM);
    /* Its streams are processes of their own. */
    while (wait(&status) > 0)
        CHECK(WIFEXITED(status) && (WEXITSTATUS(status) == READY || WEXITSTATUS(status) == OFF));
}

static const struct test tests[] = {
    {"target: regions", regions},
    {"target: what goes wrong", what_goes_wrong},
    {"target: streams of every kind", streams_of_every_kind},
    {0},
};

int main(void)
{
    static const struct test *const tables[] = {tests};

    return run_tests(tables, 1, reset, false);
}
