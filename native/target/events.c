/*
 * events.c - see events.h. Events by instruction, from user space:
 *
 *   cpuid          CPUID, leaf 0
 *   cr3-write      a switch between two processes: they take turns on the vcpu by
 *                  sched_yield() under SCHED_FIFO, each turn loads CR3 once
 *   msr-write      arch_prctl(ARCH_SET_GS): one WRMSR to KERNEL_GS_BASE, where the
 *                  processor has no FSGSBASE instructions
 *   debug          one instruction under the trap flag; the kernel sends SIGTRAP
 *   descriptor     SGDT; the processor must not have UMIP
 *   guest-request  HVMOP_guest_request_vm_event (xen/hvm/hvm_op.h) by VMMCALL or
 *                  VMCALL; -EPERM for a process when nobody listens
 *   breakpoint     INT3; the kernel sends SIGTRAP
 *
 * and, where a stream is to compute instead, a linear congruential generator
 * (D. E. Knuth, "The Art of Computer Programming" 2, 3.3.4, MMIX).
 *
 * The measured time goes from one clock reading before to one after.
 */
#define _GNU_SOURCE
#include "events.h"

#include "../workloads/event_stream.h"

#include <asm/hwcap2.h>
#include <asm/prctl.h>
#include <cpuid.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#define HYPERCALL_HVM_OP       34
#define HVMOP_GUEST_REQUEST    24
#define TRAP_FLAG              0x100 /* of rflags */
#define STREAM_BYTES           (4096 + STREAM_CAPACITY * sizeof(uint32_t))
#define IDLE_NS                10000000 /* between two questions for orders */

static volatile sig_atomic_t traps;

/* What this vcpu's events give when nobody listens. */
static struct {
    uint32_t a, b, c, d;
    struct __attribute__((packed)) {
        uint16_t limit;
        uint64_t base;
    } gdtr;
    bool amd;
    uint64_t work;
} expected;

static int cpus; /* streams */

static inline uint64_t clock_now(void)
{
    uint32_t lo, hi;

    __asm__ volatile("lfence; rdtsc; lfence" : "=a"(lo), "=d"(hi) : : "memory");
    return (uint64_t)hi << 32 | lo;
}

static void nap(long ns)
{
    struct timespec t = {.tv_nsec = ns};

    nanosleep(&t, NULL);
}

static void spin(uint64_t rounds)
{
    while (rounds--)
        __asm__ volatile("" : : : "memory");
}

static void on_trap(int signal, siginfo_t *info, void *context)
{
    ucontext_t *interrupted = context;

    (void)signal;
    (void)info;
    interrupted->uc_mcontext.gregs[REG_EFL] &= ~TRAP_FLAG;
    traps++;
}

static volatile uint32_t *samples_of(struct event_stream *s)
{
    return (volatile uint32_t *)((char *)s + 4096);
}

static void begin(volatile struct event_stream *s)
{
    s->started++;
    s->since = clock_now();
}

static void end(struct event_stream *s, bool good)
{
    uint64_t ticks = clock_now() - s->since;
    volatile struct event_stream *v = s;

    samples_of(s)[s->finished % STREAM_CAPACITY] = ticks > UINT32_MAX ? UINT32_MAX : (uint32_t)ticks;
    if (!good)
        v->errors++;
    v->finished++;
}

/* --- kinds -------------------------------------------------------------------- */

static void do_cpuid(struct event_stream *s)
{
    uint32_t a = 0, b, c = 0, d;

    begin(s);
    __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
    end(s, a == expected.a && b == expected.b && c == expected.c && d == expected.d);
}

static void do_msr_write(struct event_stream *s)
{
    long result;

    begin(s);
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "0"((long)SYS_arch_prctl), "D"((long)ARCH_SET_GS), "S"(s->started)
                     : "rcx", "r11", "memory");
    end(s, result == 0);
}

static void do_debug(struct event_stream *s)
{
    sig_atomic_t before = traps;

    begin(s);
    __asm__ volatile("pushfq; orq %0, (%%rsp); popfq; nop" : : "i"(TRAP_FLAG) : "memory", "cc");
    end(s, traps == before + 1);
}

static void do_breakpoint(struct event_stream *s)
{
    sig_atomic_t before = traps;

    begin(s);
    __asm__ volatile("int3" : : : "memory");
    end(s, traps == before + 1);
}

static void do_descriptor(struct event_stream *s)
{
    typeof(expected.gdtr) now = {0};

    begin(s);
    __asm__ volatile("sgdt %0" : "=m"(now));
    end(s, now.base == expected.gdtr.base && now.limit == expected.gdtr.limit);
}

static void do_guest_request(struct event_stream *s)
{
    long result = HYPERCALL_HVM_OP;

    begin(s);
    if (expected.amd)
        __asm__ volatile("vmmcall" : "+a"(result) : "D"((long)HVMOP_GUEST_REQUEST), "S"(0L)
                         : "memory");
    else
        __asm__ volatile("vmcall" : "+a"(result) : "D"((long)HVMOP_GUEST_REQUEST), "S"(0L)
                         : "memory");
    end(s, result == 0 || result == -EPERM);
}

static uint64_t compute(void)
{
    uint64_t x = STREAM_MAGIC;

    /* The compiler knows nothing of x: all of it happens here, between two clock readings. */
    __asm__ volatile("" : "+r"(x));
    for (uint32_t i = 0; i < WORK_ROUNDS; i++)
        x = x * 6364136223846793005u + 1442695040888963407u;
    __asm__ volatile("" : "+r"(x));
    return x;
}

static void do_work(struct event_stream *s)
{
    uint64_t x;

    begin(s);
    x = compute();
    end(s, x == expected.work);
}

/* --- switching processes --------------------------------------------------------- */

/* One turn: the time since the other process gave the vcpu away is an event's. */
static void take_turn(struct event_stream *s)
{
    if (s->started > s->finished)
        end(s, true);
    spin(s->spin);
    begin(s);
    sched_yield();
}

/* Priority under SCHED_FIFO; 0: the ordinary way of sharing a vcpu. */
static void set_priority(int priority)
{
    struct sched_param p = {.sched_priority = priority};

    sched_setscheduler(0, priority ? SCHED_FIFO : SCHED_OTHER, &p);
}

/* The other process of a vcpu: has turns while the stream switches, sleeps otherwise. */
static void partner(struct event_stream *s)
{
    volatile uint32_t *kind = &s->kind;

    set_priority(1);
    for (;;) {
        uint32_t now = *kind;

        if (now == EVENT_CR3_WRITE)
            take_turn(s);
        else
            syscall(SYS_futex, kind, FUTEX_WAIT, now, NULL, NULL, 0);
    }
}

static void change_kind(struct event_stream *s, uint32_t kind)
{
    volatile struct event_stream *v = s;

    /* A process with a GS base of its own costs a write of an MSR at each switch to it. */
    if (s->kind == EVENT_MSR_WRITE)
        syscall(SYS_arch_prctl, ARCH_SET_GS, 0ul);
    if (kind == EVENT_CR3_WRITE) {
        set_priority(1);
        v->kind = kind;
        syscall(SYS_futex, &v->kind, FUTEX_WAKE, 1, NULL, NULL, 0);
        return;
    }
    /* With the lower priority the partner runs, sees the other kind and sleeps. */
    v->kind = kind;
    set_priority(0);
    /* The last switch has no end. */
    if (v->started > v->finished)
        end(s, true);
}

/* --- streams -------------------------------------------------------------------------- */

static void *place_of(int cpu)
{
    return (void *)(STREAM_BASE + (uint64_t)cpu * STREAM_STRIDE);
}

static void hand_on(struct event_stream *s, uint32_t kind, uint32_t spin, uint32_t order)
{
    s->wanted_kind = kind;
    s->wanted_spin = spin;
    __atomic_store_n(&s->wanted, order, __ATOMIC_RELEASE);
    syscall(SYS_futex, &s->wanted, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static void ask_for_orders(struct event_stream *s)
{
    uint32_t a = ORDER_LEAF, b, c = (uint32_t)s->order, d;

    __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
    s->asked++;
    if (a != ORDER_MAGIC || d == s->order || ORDER_KIND(b) >= EVENT_KINDS)
        return;
    for (unsigned int cpu = 0; cpu < (unsigned int)cpus; cpu++) {
        uint32_t kind = EVENT_NONE;

        if (cpu < ORDER_MAKERS(b))
            kind = ORDER_KIND(b);
        else if (cpu < ORDER_MAKERS(b) + ORDER_OTHERS(b))
            kind = EVENT_WORK;
        hand_on(place_of((int)cpu), kind, c, d);
    }
}

static bool is_ordered(struct event_stream *s)
{
    return __atomic_load_n(&s->wanted, __ATOMIC_ACQUIRE) != s->order;
}

static void obey(struct event_stream *s)
{
    uint32_t order = __atomic_load_n(&s->wanted, __ATOMIC_ACQUIRE);

    change_kind(s, s->wanted_kind);
    s->spin = s->wanted_spin;
    s->order = order;
}

/* Asks again in a while, or sleeps until there is an order. */
static void rest(struct event_stream *s)
{
    if (s->vcpu == 0)
        nap(IDLE_NS);
    else
        syscall(SYS_futex, &s->wanted, FUTEX_WAIT, (uint32_t)s->order, NULL, NULL, 0);
}

static void run_stream(struct event_stream *s)
{
    static void (*const kinds[EVENT_ACTIVITIES])(struct event_stream *) = {
        [EVENT_CPUID] = do_cpuid,
        [EVENT_CR3_WRITE] = take_turn,
        [EVENT_MSR_WRITE] = do_msr_write,
        [EVENT_DEBUG] = do_debug,
        [EVENT_DESCRIPTOR] = do_descriptor,
        [EVENT_GUEST_REQUEST] = do_guest_request,
        [EVENT_BREAKPOINT] = do_breakpoint,
        [EVENT_WORK] = do_work,
    };

    for (;;) {
        if (s->vcpu == 0)
            ask_for_orders(s);
        if (is_ordered(s))
            obey(s);
        if (s->kind == EVENT_NONE) {
            rest(s);
            continue;
        }
        for (unsigned int i = 0; i < ORDER_EVERY && !is_ordered(s); i++) {
            kinds[s->kind](s);
            if (s->kind == EVENT_WORK)
                nap(WORK_PAUSE_NS);
            else if (s->kind != EVENT_CR3_WRITE)
                spin(s->spin);
        }
    }
}

static int stay_on(int cpu)
{
    cpu_set_t set;

    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    return sched_setaffinity(0, sizeof(set), &set);
}

static struct event_stream *map_stream(int cpu)
{
    struct event_stream *s = mmap(place_of(cpu), STREAM_BYTES, PROT_READ | PROT_WRITE,
                                  MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

    if (s != place_of(cpu) || mlock(s, STREAM_BYTES))
        return NULL;
    s->magic = STREAM_MAGIC;
    s->vcpu = (uint32_t)cpu;
    return s;
}

/*
 * Shared memory is not in a new process's page tables until it is touched, and the
 * introspector finds all streams through those of whichever process runs.
 */
static bool see_all_streams(void)
{
    for (int cpu = 0; cpu < cpus; cpu++) {
        if (mlock(place_of(cpu), STREAM_BYTES))
            return false;
    }
    return true;
}

/* A process that is no more than its clock and its events. */
static void child(struct event_stream *s, void (*run)(struct event_stream *))
{
    pid_t pid = fork();

    if (pid < 0) {
        printf("\nTARGET error cannot start a process: %s\n", strerror(errno));
        return;
    }
    if (pid)
        return;
    if (stay_on((int)s->vcpu) || !see_all_streams())
        _exit(1);
    run(s);
}

static void write_setting(const char *path, const char *value)
{
    int fd = open(path, O_WRONLY);

    if (fd < 0)
        return;
    if (write(fd, value, strlen(value)) < 0)
        printf("TARGET warning %s: %s\n", path, strerror(errno));
    close(fd);
}

/* Linux lets processes use the instructions, and writes no MSR for them (AT_HWCAP2, asm/hwcap2.h). */
static bool has_fsgsbase(void)
{
    return getauxval(AT_HWCAP2) & HWCAP2_FSGSBASE;
}

/* CPUID leaf 7, ECX bit 2; where it is there, Linux sets CR4.UMIP, and SGDT is a fault of the kernel's. */
static bool has_umip(void)
{
    unsigned int a, b, c, d;

    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && c & (1u << 2);
}

static void learn_expected(void)
{
    char vendor[12];

    __cpuid(0, expected.a, expected.b, expected.c, expected.d);
    memcpy(vendor, &expected.b, 4);
    memcpy(vendor + 4, &expected.d, 4);
    memcpy(vendor + 8, &expected.c, 4);
    expected.amd = !memcmp(vendor, "AuthenticAMD", 12) || !memcmp(vendor, "HygonGenuine", 12);
    __asm__ volatile("sgdt %0" : "=m"(expected.gdtr));
    expected.work = compute();
}

/* The process of a stream: the table of a vcpu's descriptors is its own. */
static void stream(struct event_stream *s)
{
    learn_expected();
    run_stream(s);
}

void events_run(char *error, size_t size)
{
    struct sigaction action = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO};
    long online = sysconf(_SC_NPROCESSORS_ONLN);

    cpus = online > STREAM_VCPUS ? STREAM_VCPUS : (int)online;
    /*
     * Processes that take turns leave 1 % of the time to others, kernel threads
     * among them, on whose work they depend in the end; and are not called stalled.
     */
    write_setting("/proc/sys/kernel/sched_rt_runtime_us", "990000");
    write_setting("/sys/module/rcupdate/parameters/rcu_cpu_stall_suppress", "1");
    if (sigaction(SIGTRAP, &action, NULL)) {
        snprintf(error, size, "cannot catch SIGTRAP: %s", strerror(errno));
        return;
    }
    for (int cpu = 0; cpu < cpus; cpu++) {
        if (!map_stream(cpu)) {
            snprintf(error, size, "cannot map the stream of vcpu %d: %s", cpu, strerror(errno));
            return;
        }
    }
    printf("TARGET events base=%#llx stride=%#llx vcpus=%d fsgsbase=%d umip=%d\nTARGET ready\n",
           STREAM_BASE, STREAM_STRIDE, cpus, has_fsgsbase(), has_umip());
    for (int cpu = 0; cpu < cpus; cpu++) {
        child(place_of(cpu), partner);
        child(place_of(cpu), stream);
    }
    /* Before processes that take turns, to see one of them end. */
    set_priority(2);
    for (;;) {
        int status;
        pid_t pid = wait(&status);

        snprintf(error, size, "process %d of a stream ended: status %#x", (int)pid, status);
        if (pid > 0)
            return;
    }
}
