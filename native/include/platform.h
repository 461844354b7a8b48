/*
 * platform.h - everything the introspection library needs from below.
 *
 * This header is the specification of a platform. Two platforms implement it:
 *   native/platform/linux    a process in a Linux Dom0 (privcmd, libxencall,
 *                            libxenevtchn: all the same for every Xen)
 *   native/platform/minios   an application of a Mini-OS domain (Mini-OS's API)
 * The host unit tests bring a third one over made-up memory.
 *
 * Conventions
 *   - A call that can fail returns 0, or a negative errno value in Xen's
 *     numbering (xen/errno.h), which on amd64 is Linux's for every value used.
 *   - A "frame" is what the target's own page tables hold: a guest frame number
 *     (GFN) for a translated target (PVH, HVM), a machine frame number (MFN) for
 *     a PV target. Xen takes the same kind from a foreign mapper.
 *   - Nothing here prints, allocates or makes a hypercall unless its text says
 *     so; what a call does inside a measured section is part of the measurement.
 *   - One thread for one platform that was opened; on Linux others may be in threads of
 *     their own. Calls are not reentrant.
 */
#ifndef TINYVMI_PLATFORM_H
#define TINYVMI_PLATFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLAT_PAGE_SHIFT 12
#define PLAT_PAGE_SIZE  (1UL << PLAT_PAGE_SHIFT)

/* Access wanted of a foreign mapping. */
#define PLAT_READ  1
#define PLAT_WRITE 2

/* A domain under introspection, opened by plat_open(). */
struct platform;

struct plat_target {
    uint16_t domid;
    bool translated; /* PVH or HVM: frames are GFNs. PV: MFNs. */
};

/*
 * plat_open(): prepare to look at one domain. MUST NOT map anything and MUST
 * NOT need a right over the target. plat_close() MUST release every mapping and
 * every handle that was made through @p, also those the caller forgot.
 */
int plat_open(struct platform **out, const struct plat_target *target);
void plat_close(struct platform *p);

/* --- foreign frames ------------------------------------------------------- */

/*
 * plat_map(): map @n frames of the target at consecutive addresses, in one
 * request to the platform (one ioctl; as few hypercalls as the ABI allows).
 * @errs[i] receives 0 or the negative errno of frame i. Returns 0 when every
 * frame was mapped; otherwise the first frame's error, and then NOTHING stays
 * mapped. @errs may be NULL. @prot is PLAT_READ or PLAT_READ|PLAT_WRITE.
 */
int plat_map(struct platform *p, const uint64_t *frames, size_t n, int prot,
             void **va, int *errs);

/* plat_unmap(): undo exactly one plat_map() of @n frames, all of it. */
int plat_unmap(struct platform *p, void *va, size_t n);

/*
 * A window maps single frames, read-only, as cheaply as the platform can.
 *
 * plat_window_open(p, live, uses): the last @live mappings made through the
 * window are valid at any moment; older ones may be gone. At most @uses
 * mappings are made before plat_window_reset() is due: one more returns
 * -ENOSPC and changes nothing. @live <= @uses.
 *   linux: reserves one area of @uses pages of privcmd, fills it page by page,
 *          releases it in one munmap.
 *   minios: reserves @live page-table slots and overwrites them in turn.
 * plat_window_map() gives the address of the frame's 4096 bytes in *va.
 * plat_window_reset() drops every mapping and makes @uses available again.
 * plat_window_close() drops every mapping and the window.
 * Cost of opening, resetting and closing belongs to the pages that were mapped
 * in between: whoever measures counts it.
 */
struct plat_window;
int plat_window_open(struct platform *p, size_t live, size_t uses,
                     struct plat_window **out);
int plat_window_map(struct plat_window *w, uint64_t frame, void **va);
int plat_window_reset(struct plat_window *w);
void plat_window_close(struct plat_window *w);

/* --- vcpus and life of the target ---------------------------------------- */

struct plat_vcpu {
    uint64_t cr0, cr2, cr3, cr4;
    uint64_t efer; /* 0 of a PV domain, whose vcpus have none of their own */
    uint64_t rip, rsp, rflags;
    uint64_t rax, rbx, rcx, rdx, rsi, rdi, rbp;
    uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
    uint64_t fs_base, gs_base, gs_shadow;
    uint64_t lstar; /* where a system call enters the kernel; 0 where that is not told */
    bool kernel_mode;
};

/*
 * plat_vcpu_get(): registers of a vcpu. cr3 is given as in hardware: bits
 * 12..51 a frame as defined at the top, whatever form Xen hands it over in.
 * -ENODATA when the vcpu is down: it was never brought up or, of a translated target,
 * is switched off at the moment. -ESRCH when the target or the vcpu
 * does not exist, -EACCES/-EPERM when Xen refuses, -EOPNOTSUPP when it is not known
 * which version of this interface Xen speaks (native/platform/xen/domctl_version.c).
 */
int plat_vcpu_get(struct platform *p, unsigned int vcpu, struct plat_vcpu *out);

/*
 * plat_pod_get(): of a translated target's memory, how many pages are still to
 * be populated on demand (whoever maps one populates it), and how many pages Xen
 * keeps for that; a target that needs more than there are is ended by Xen. Dom0
 * alone asks: linux and the tests have it. -EACCES/-EPERM when Xen refuses,
 * -ESRCH when the target does not exist.
 */
int plat_pod_get(struct platform *p, uint64_t *entries, uint64_t *cache);

/*
 * plat_vcpu_time(): how long a vcpu has run, in ns, and whether it is idle: asleep
 * until an interrupt comes, or switched off. One that waits for the answer to an
 * event is not idle, and does not run. A vcpu that is down has a time like any other.
 * Errors are otherwise those of plat_vcpu_get().
 */
struct plat_vcpu_time {
    uint64_t ran_ns;
    bool idle;
};
int plat_vcpu_time(struct platform *p, unsigned int vcpu, struct plat_vcpu_time *out);

/* Pause and unpause count: as many unpauses as pauses make the target run. */
int plat_pause(struct platform *p);
int plat_unpause(struct platform *p);

/*
 * plat_domain_state(): what the target is doing. -ESRCH when it is gone without
 * a trace; a domain that is being taken apart is `dying` as long as somebody
 * holds a mapping of its memory.
 */
struct plat_domain_state {
    bool dying, shut_down, paused; /* paused: by a toolstack */
    unsigned int vcpus;
};
int plat_domain_state(struct platform *p, struct plat_domain_state *out);

/* --- events --------------------------------------------------------------- */

/* Kinds of event, by Xen's numbers (XEN_DOMCTL_MONITOR_EVENT_*, xen/domctl.h). */
enum plat_monitor_kind {
    PLAT_MONITOR_CTRLREG,
    PLAT_MONITOR_MSR,
    PLAT_MONITOR_SINGLESTEP,
    PLAT_MONITOR_BREAKPOINT,
    PLAT_MONITOR_GUEST_REQUEST,
    PLAT_MONITOR_DEBUG,
    PLAT_MONITOR_CPUID,
    PLAT_MONITOR_PRIVCALL,
    PLAT_MONITOR_INTERRUPT,
    PLAT_MONITOR_DESCRIPTOR,
    PLAT_MONITOR_KINDS
};

struct plat_monitor {
    enum plat_monitor_kind kind;
    bool enable;
    bool sync;      /* the vcpu waits for the answer (always so, where Xen has no choice) */
    bool onchange;  /* register kinds: only a write of another value */
    uint32_t index; /* VM_EVENT_X86_* of a control register; number of an MSR */
};

/* A set of 1 << enum plat_monitor_kind: what Xen offers for this target on this host. */
int plat_monitor_capabilities(struct platform *p, uint32_t *kinds);

/*
 * plat_monitor(): report one kind of event, or stop. Needs an open ring.
 * -EOPNOTSUPP when Xen does not offer the kind, -EEXIST when it is so already.
 */
int plat_monitor(struct platform *p, const struct plat_monitor *m);

/* Access that stays allowed to @n guest frames from @gfn: XENMEM_access_* (xen/memory.h). */
int plat_mem_access(struct platform *p, uint64_t gfn, uint32_t n, uint8_t access);

/*
 * Whether Xen could restrict it on this host: 0, or Xen's answer to the question for
 * the access that frame 0 has now. -EINVAL (4.17): not with this processor; -EACCES:
 * it could, but its policy forbids this listener to. Needs an open ring.
 */
int plat_mem_access_offered(struct platform *p);

/* An exception for a vcpu, delivered before its next instruction. */
struct plat_exception {
    unsigned int vcpu;
    uint8_t vector, type; /* type: XEN_DMOP_EVENT_* (xen/hvm/dm_op.h) */
    uint8_t insn_length;
};
int plat_inject(struct platform *p, const struct plat_exception *e);

/*
 * plat_single_step(): have a vcpu stop after each instruction, which is an event once
 * PLAT_MONITOR_SINGLESTEP is on, or have it run on. -EOPNOTSUPP where the processor
 * cannot. Under FLASK it takes domain { setdebugging } on the target, which no event does.
 */
int plat_single_step(struct platform *p, unsigned int vcpu, bool on);

/*
 * The ring: one page shared with Xen (xen/vm_event.h), one listener a target.
 *
 * plat_events_open() makes the target's ring, and gives its page in *ring, all
 * zero. It MUST take the page out of the target's memory before it returns, so
 * that the target cannot write to it (Xen security advisory 99), and MUST NOT
 * write to it before that. No kind of event is enabled yet.
 *   -EBUSY       the target has a listener already
 *   -EOPNOTSUPP  the target's kind has no ring (PV)
 * plat_events_close() disables the ring and puts a page back in its place, so
 * that the target and a later listener find what was there before. The kinds
 * are all off afterwards. It MUST be called with every request answered, and
 * every vcpu gone on since: Xen forgets with the ring what it was to do as a vcpu
 * goes on, which is to set registers, to emulate, or to make the write to a
 * control register or an MSR that was the event.
 * plat_close() closes what is open.
 * plat_events_leave() is for a target that does not go on, so that such an answer
 * stays outstanding: it stops listening and leaves the ring enabled, as a listener
 * does that dies.
 */
struct plat_events;
int plat_events_open(struct platform *p, struct plat_events **out, void **ring);
int plat_events_close(struct plat_events *e);
void plat_events_leave(struct plat_events *e);

/* How to wait. */
enum plat_wait {
    PLAT_WAIT_BLOCK,   /* asleep until Xen signals */
    PLAT_WAIT_POLL,    /* looking again and again; other vcpus have the processor in between */
    PLAT_WAIT_ADAPTIVE /* the processor to other vcpus once; asleep if that was not enough */
};

/*
 * plat_events_wait(): with @notify, first tell Xen to take the answers. Then
 * return 0 as soon as *@word is not @seen (the ring's producer index, which Xen
 * writes), at once when it is not already; -ETIME when @timeout_ms (> 0) have
 * passed: not before, and not more than 20 ms after, as far as the processor is free.
 * -EAGAIN when a signal came or the introspector is to end (plat_ending()), at once and
 * whatever the word.
 * plat_events_notify(): tell Xen to take the answers, and no more.
 */
int plat_events_wait(struct plat_events *e, enum plat_wait how, bool notify,
                     const volatile uint32_t *word, uint32_t seen,
                     uint32_t timeout_ms);
int plat_events_notify(struct plat_events *e);

/*
 * A ring whose listener died or left, whose vcpus wait for answers: see
 * tvmi_events_recover().
 *
 * plat_events_resume(): have Xen take the answers that are on the target's ring,
 * whoever's it is. -ENOENT when there is none.
 * plat_events_replace(): disable that ring, make another one, and give its page in
 * *ring, all zero. Nobody listens on it, and every kind of event is off. The target
 * MUST be paused from before until the last plat_events_resume(), for the page
 * stays in its memory. To take it out would undo what the ring is for: when a frame
 * leaves the memory of a target, Xen (4.17) passes over, once for each vcpu, what
 * else is to be done as it goes on, the setting of registers among it
 * (vcpu_ioreq_handle_completion() in xen/common/ioreq.c, mapcache_invalidate).
 * plat_events_remove(): disable that ring. It MUST be called with the target
 * running, and with no answer outstanding that sets registers.
 */
int plat_events_resume(struct platform *p);
int plat_events_replace(struct platform *p, void **ring);
int plat_events_remove(struct platform *p, void *ring);

/* --- clock ---------------------------------------------------------------- */

struct plat_clock_info {
    const char *source;   /* "tsc" */
    uint64_t frequency;   /* ticks a second as Xen states it; 0 unknown */
    int emulated;         /* 1: reading it traps into Xen, 0: native, -1 unknown */
    uint32_t read_cost;   /* median ticks between two readings in a row */
    int monotonic;        /* 1: 10,000 readings in a row never went back */
};

/* plat_clock(): ordered read of the time-stamp counter, raw ticks. */
static inline uint64_t plat_clock(void)
{
    uint32_t lo, hi;

    __asm__ volatile("lfence; rdtsc; lfence" : "=a"(lo), "=d"(hi) : : "memory");
    return ((uint64_t)hi << 32) | lo;
}

void plat_clock_info(struct plat_clock_info *out);

/*
 * plat_microseconds(): the clock of microseconds that a program of this platform
 * would take without thinking: what protocol seed-2018 measures with, cost and
 * resolution included. Not for anything else.
 *   linux: gettimeofday(2). minios: the domain's system time, as its own
 *   gettimeofday() reads it.
 */
uint64_t plat_microseconds(void);

/* --- counters ------------------------------------------------------------- */

/*
 * Running totals since plat_open(), kept by plain increments at the place where
 * the request is made. A count that the platform cannot know is PLAT_UNKNOWN:
 * Dom0's kernel makes hypercalls on behalf of a process unseen by it, and
 * Mini-OS has no system calls (0).
 */
#define PLAT_UNKNOWN UINT64_MAX
struct plat_counters {
    uint64_t maps;       /* frames mapped */
    uint64_t unmaps;     /* frames unmapped or overwritten */
    uint64_t hypercalls;
    uint64_t syscalls;
};
void plat_counters(const struct platform *p, struct plat_counters *out);

/* --- the introspector's own surroundings ---------------------------------- */

/*
 * plat_ending(): whether whoever runs the introspector wants it to end, and it has not yet
 * because something of its own is on a guest: take that off.
 *   linux: SIGTERM, SIGINT, SIGHUP or SIGPIPE came (platform/linux/ending.h).
 *   minios: never; a domain is destroyed without being asked.
 */
bool plat_ending(void);

/* Gives the processor away for at least that long. */
void plat_sleep(uint32_t ms);

/* Name of the platform: "linux", "minios". */
const char *plat_name(void);

/* Name and version of the kernel below, for the record of the run. */
const char *plat_kernel(void);

/* The clean way out of memory is an error code; zeroed, 16-byte aligned. */
void *plat_alloc(size_t bytes);
/* Whole zeroed pages, page aligned. */
void *plat_alloc_pages(size_t pages);
void plat_free(void *ptr);
void plat_free_pages(void *ptr, size_t pages);

/*
 * plat_write(): hand @n bytes to whoever collects this introspector's output
 * (standard output; the PV console). Blocks until all of it is taken. Never
 * called inside a measured section.
 */
int plat_write(const void *bytes, size_t n);

#endif
