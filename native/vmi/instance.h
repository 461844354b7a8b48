/*
 * instance.h - the inside of a vmi_instance_t, and what the library's files
 * share. Not for users.
 */
#ifndef VMI_INSTANCE_H
#define VMI_INSTANCE_H

#include <tvmi.h>
#include <xen/errno.h>

#include "lru.h"
#include "walk.h"

struct vmi_events;

/* No value of CR3. */
#define NO_TABLE (~0ull)

struct vmi_instance {
    struct platform *platform;
    uint64_t domid;
    bool translated;
    struct walk_paging paging; /* levels 0: not known yet */
    addr_t kernel_dtb; /* NO_TABLE: not set */
    enum tvmi_via tables, data;
    struct plat_window *window;
    struct lru pages;        /* frame to address */
    struct lru translations; /* page of the address, by page table, to page */
    struct tvmi_stats stats;
    uint64_t *mapped_clock;
    struct tvmi_fault fault;
    struct vmi_events *events; /* NULL: no ring */
};

/* Bits of control registers that tell how addresses are translated (AMD64 manual, volume 2, 1.3). */
#define CR0_PG   (1ull << 31)
#define CR4_PAE  (1ull << 5)
#define CR4_LA57 (1ull << 12)
#define EFER_LMA (1ull << 10)

/* The mode that a vcpu's registers describe. */
static inline page_mode_t vmi_mode_of(uint64_t cr0, uint64_t cr4, uint64_t efer)
{
    if (!(cr0 & CR0_PG))
        return VMI_PM_NONE;
    if (!(cr4 & CR4_PAE))
        return VMI_PM_LEGACY;
    return efer & EFER_LMA ? VMI_PM_IA32E : VMI_PM_PAE;
}

/* Records a failure and returns its errno. */
int vmi_fault(struct vmi_instance *vmi, int error, const char *reason,
              addr_t address, unsigned int level, addr_t value);

/* The page table of process 0, which was set; or a failure. */
static inline int vmi_kernel_table(struct vmi_instance *vmi, addr_t vaddr, addr_t *pt)
{
    *pt = vmi->kernel_dtb;
    return *pt != NO_TABLE ? 0 : vmi_fault(vmi, -XEN_EINVAL, "page table of process 0 is not set",
                                           vaddr, 0, 0);
}

/* vmi_map_frame() without a look into the page cache first. */
int vmi_map_missing(struct vmi_instance *vmi, enum tvmi_via via, uint64_t frame,
                    const void **va);

/* Maps a frame in the chosen way; it stays valid until the next call at least. */
static inline int vmi_map_frame(struct vmi_instance *vmi, enum tvmi_via via,
                                uint64_t frame, const void **va)
{
    uint64_t address;

    if (via == TVMI_VIA_CACHE && lru_get(&vmi->pages, frame, 0, &address)) {
        vmi->stats.page_hits++;
        *va = (const void *)(uintptr_t)address;
        return 0;
    }
    return vmi_map_missing(vmi, via, frame, va);
}

/* Memory of the target's page tables, for walk(). */
struct walk_memory vmi_table_memory(struct vmi_instance *vmi);

/* Empties both caches and gives their memory back. */
void vmi_free_caches(struct vmi_instance *vmi);

#endif
