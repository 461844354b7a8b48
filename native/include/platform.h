/*
 * platform.h - everything the introspection library needs from below.
 *
 * This header is the specification of a platform. Two platforms implement it:
 *   native/platform/linux    a process in a Linux Dom0 (libxenforeignmemory,
 *                            libxenctrl, libxenevtchn, libxenstore, privcmd)
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
 *   - One thread. Calls are not reentrant.
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
    uint64_t cr0, cr2, cr3, cr4, efer; /* 0 where the domain's kind has none */
    uint64_t rip, rsp, rflags;
    uint64_t rax, rbx, rcx, rdx, rsi, rdi, rbp;
    uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
    uint64_t fs_base, gs_base, gs_shadow;
    bool kernel_mode;
};

/*
 * plat_vcpu_get(): registers of a vcpu. cr3 is given as in hardware: bits
 * 12..51 a frame as defined at the top, whatever form Xen hands it over in.
 * -ESRCH when the target or the vcpu does not exist, -EACCES/-EPERM when Xen
 * refuses, -EOPNOTSUPP when Xen speaks another version of this interface than
 * the headers that the platform was built with.
 */
int plat_vcpu_get(struct platform *p, unsigned int vcpu, struct plat_vcpu *out);

/* Pause and unpause count: as many unpauses as pauses make the target run. */
int plat_pause(struct platform *p);
int plat_unpause(struct platform *p);

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
