/*
 * locate.c - workload `locate`: finds pages to read in a domain that is not ours.
 *
 * Every 64-bit kernel's text holds the place where a system call enters it, and
 * that place is known from outside: the processor's LSTAR (AMD64 manual, volume 2,
 * "SYSCALL and SYSRET"), or what a PV guest told Xen. From there, or from a given
 * address, the run of mapped pages of one size is followed downwards and then
 * upwards until it has as many 4 KiB units as were asked for. Or it is the pages of
 * the process that vcpu 0 is in (user_pages.c). Nothing is read but page tables.
 */
#include <platform.h>
#include <tvmi.h>

#include "../session.h"
#include "../table.h"
#include "user_pages.h"

/*
 * With kernel page-table isolation Linux has two tables for each process, one page
 * apart, and the one for user mode holds next to nothing of the kernel.
 */
#define USER_TABLE (1ull << 12)

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

/* Where to begin; a sentence in @error when nothing tells. */
static addr_t start_of(const struct session *s, const struct job *job, struct text *error)
{
    struct plat_vcpu vcpu;
    int rc;

    if (job->given & JOB_HAS(KEY_BASE))
        return job->base;
    rc = plat_vcpu_get(tvmi_platform(s->vmi), 0, &vcpu);
    if (!rc && vcpu.lstar)
        return vcpu.lstar & ~PAGE_OFFSET;
    text_add(error, rc ? "registers of vcpu 0 cannot be read: "
                       : "vcpu 0 has no entry of system calls: give an address");
    if (rc)
        text_add(error, tvmi_errno_name(rc));
    return 0;
}

static void write_region(const struct session *s, addr_t cr3, const struct page_run *r,
                         struct records *records)
{
    unsigned int depth = s->levels - level_of_size(r->size) + 1;
    char buffer[200];
    struct text t = TEXT(buffer);

    text_key_hex(&t, "base", r->first);
    text_key_u64(&t, "pages", r->pages);
    text_key_u64(&t, "depth", depth);
    text_key_hex(&t, "cr3", cr3);
    text_key_u64(&t, "levels", s->levels);
    record_text(records, RECORD_REGION, &t);
}

/* Where the kernel's text is, or what is around an address; 0 pages with a sentence in @error. */
static struct page_run find_around(const struct session *s, const struct job *job, addr_t *cr3,
                                   struct text *error)
{
    addr_t start = start_of(s, job, error);
    struct page_run found;

    if (error->length)
        return (struct page_run){0};
    found = run_around(s, s->cr3, start, job->pages);
    if (found.pages < job->pages && s->cr3 & USER_TABLE) {
        struct page_run other = run_around(s, s->cr3 & ~USER_TABLE, start, job->pages);

        if (other.pages > found.pages) {
            found = other;
            *cr3 = s->cr3 & ~USER_TABLE;
        }
    }
    if (!found.pages) {
        text_add(error, "no page is mapped at ");
        text_hex(error, start);
    }
    return found;
}

bool workload_locate(const struct job *job, struct records *records, struct text *error)
{
    struct session s;
    struct page_run found;
    addr_t cr3;

    if (!session_open(&s, job, error))
        return false;
    cr3 = s.cr3;
    found = job->region == JOB_PROCESS ? user_pages_find(&s, job->pages, error)
                                       : find_around(&s, job, &cr3, error);
    if (found.pages)
        write_region(&s, cr3, &found, records);
    session_close(&s);
    return found.pages != 0;
}
