/*
 * locate.c - workload `locate`: finds pages to read in a domain that is not ours.
 *
 * Every 64-bit kernel's text holds the place where a system call enters it, and
 * that place is known from outside: the processor's LSTAR (AMD64 manual, volume 2,
 * "SYSCALL and SYSRET"), or what a PV guest told Xen. A kernel that isolates its page
 * tables may have that place apart from its text; where vcpu 0 is in the kernel, its
 * instruction pointer is in the text. From there, or from a given address, the run of
 * mapped pages of one size is followed downwards and then upwards until it has as many
 * 4 KiB units as were asked for. Or it is the pages of the process that vcpu 0 is in
 * (user_pages.c). Nothing is read but page tables.
 */
#include <platform.h>
#include <tvmi.h>

#include "../session.h"
#include "../table.h"
#include "user_pages.h"

/*
 * With kernel page-table isolation Linux has two tables for each process, one page
 * apart, and the one for user mode holds next to nothing of the kernel. Their user
 * halves lead to the same tables (Linux, Documentation/x86/pti.rst).
 */
#define USER_TABLE   (1ull << 12)
#define USER_ENTRIES 256
#define PRESENT      1ull
#define FRAME        0x000ffffffffff000ull
#define KERNEL_HALF  (1ull << 63)

#define PAGE_OFFSET (PLAT_PAGE_SIZE - 1)

/* Size of the page that holds an address; 0 when there is none. */
static page_size_t size_at(const struct session *s, addr_t cr3, addr_t va)
{
    page_info_t info;

    return vmi_pagetable_lookup_extended(s->vmi, cr3, va, &info) ? VMI_PS_UNKNOWN : info.size;
}

/* The run of pages around an address, at most @most units of it. */
static struct page_run run_around(const struct session *s, addr_t cr3, addr_t va, uint64_t most)
{
    struct page_run r = {.first = va, .pages = 1, .size = size_at(s, cr3, va)};

    if (r.size == VMI_PS_UNKNOWN)
        return (struct page_run){0};
    while (r.pages < most && r.first >= PLAT_PAGE_SIZE &&
           size_at(s, cr3, r.first - PLAT_PAGE_SIZE) == r.size) {
        r.first -= PLAT_PAGE_SIZE;
        r.pages++;
    }
    while (r.pages < most &&
           size_at(s, cr3, r.first + r.pages * PLAT_PAGE_SIZE) == r.size)
        r.pages++;
    return r;
}

/*
 * Whether the table a page below @user is the same process's for the kernel: it has the
 * same user half, and one that is not empty. Any other table may be a page below.
 */
static bool has_kernel_table(const struct session *s, addr_t user)
{
    uint64_t ours[USER_ENTRIES], theirs[USER_ENTRIES];
    bool any = false;

    if (!(user & USER_TABLE) ||
        vmi_read_pa(s->vmi, user & FRAME, sizeof(ours), ours, NULL) ||
        vmi_read_pa(s->vmi, user & FRAME & ~USER_TABLE, sizeof(theirs), theirs, NULL))
        return false;
    for (size_t i = 0; i < USER_ENTRIES; i++) {
        if ((ours[i] & (FRAME | PRESENT)) != (theirs[i] & (FRAME | PRESENT)))
            return false;
        any |= ours[i] & PRESENT;
    }
    return any;
}

/* The run around an address, in the table for the kernel where that has more of it. */
static struct page_run run_in_either(const struct session *s, addr_t va, uint64_t most,
                                     addr_t *cr3)
{
    struct page_run found = run_around(s, s->cr3, va, most), other = {0};
    addr_t kernel = s->cr3 & ~USER_TABLE;

    if (found.pages < most && va & KERNEL_HALF && has_kernel_table(s, s->cr3))
        other = run_around(s, kernel, va, most);
    *cr3 = other.pages > found.pages ? kernel : s->cr3;
    return other.pages > found.pages ? other : found;
}

/* Whether reading may populate the target's memory with more than Xen keeps for it. */
static bool is_on_demand(const struct session *s, const struct job *job, struct text *error)
{
    uint64_t entries, cache;
    int rc;

    if (job->type == JOB_PV)
        return false;
    rc = plat_pod_get(tvmi_platform(s->vmi), &entries, &cache);
    if (!rc && entries <= cache)
        return false;
    if (rc) {
        text_add(error, "Xen does not tell whether the guest's memory is populated on demand: ");
        text_add(error, tvmi_errno_name(rc));
        return true;
    }
    text_add(error, "the guest's memory is populated on demand, ");
    text_u64(error, entries);
    text_add(error, " pages are still to come and ");
    text_u64(error, cache);
    text_add(error, " are kept for them: reading could take more, and Xen would end the guest");
    return true;
}

static void write_region(const struct session *s, addr_t cr3, const struct page_run *r,
                         bool in_kernel, struct records *records)
{
    unsigned int depth = s->levels - level_of_size(r->size) + 1;
    char buffer[200];
    struct text t = TEXT(buffer);

    text_key_hex(&t, "base", r->first);
    text_key_u64(&t, "pages", r->pages);
    text_key_u64(&t, "depth", depth);
    text_key_hex(&t, "cr3", cr3);
    text_key_u64(&t, "levels", s->levels);
    text_key(&t, "mode");
    text_add(&t, in_kernel ? "kernel" : "user");
    record_text(records, RECORD_REGION, &t);
}

/* Where the kernel's text is, or what is around an address; 0 pages with a sentence in @error. */
static struct page_run find_around(const struct session *s, const struct job *job,
                                   const struct plat_vcpu *vcpu, addr_t *cr3, struct text *error)
{
    bool given = job->given & JOB_HAS(KEY_BASE);
    addr_t start = given ? job->base : vcpu->lstar & ~PAGE_OFFSET;
    struct page_run found = {0};

    if (!given && !vcpu->lstar) {
        text_add(error, "vcpu 0 has no entry of system calls: give an address");
        return found;
    }
    found = run_in_either(s, start, job->pages, cr3);
    if (!given && found.pages < job->pages && vcpu->kernel_mode && vcpu->rip & KERNEL_HALF) {
        addr_t there;
        struct page_run other = run_in_either(s, vcpu->rip & ~PAGE_OFFSET, job->pages, &there);

        if (other.pages > found.pages) {
            found = other;
            *cr3 = there;
        }
    }
    if (!found.pages) {
        text_add(error, "no page is mapped at ");
        text_hex(error, start);
        if (!given && !vcpu->kernel_mode)
            text_add(error, ", and vcpu 0 is in user mode: try again, or give an address");
    }
    return found;
}

bool workload_locate(const struct job *job, struct records *records, struct text *error)
{
    struct session s;
    struct page_run found = {0};
    struct plat_vcpu vcpu;
    addr_t cr3;
    int rc;

    if (!session_open(&s, job, error))
        return false;
    cr3 = s.cr3;
    rc = plat_vcpu_get(tvmi_platform(s.vmi), 0, &vcpu);
    if (rc) {
        text_add(error, "registers of vcpu 0 cannot be read: ");
        text_add(error, tvmi_errno_name(rc));
    } else if (!is_on_demand(&s, job, error)) {
        found = job->region == JOB_PROCESS ? user_pages_find(&s, job->pages, error)
                                           : find_around(&s, job, &vcpu, &cr3, error);
    }
    if (found.pages)
        write_region(&s, cr3, &found, vcpu.kernel_mode, records);
    session_close(&s);
    return found.pages != 0;
}
