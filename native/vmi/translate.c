/*
 * translate.c - from virtual to physical addresses, walked or remembered.
 */
#include "instance.h"

#include <xen/errno.h>

#define OFFSET (PLAT_PAGE_SIZE - 1)

static int walk_failed(struct vmi_instance *vmi, int error, addr_t vaddr,
                       const struct walk *w)
{
    /* A table that cannot be mapped is told by its frame, an entry by its value. */
    addr_t value = w->depth > vmi->paging.levels - w->level
                       ? w->entry[w->level].value
                       : w->paddr >> PLAT_PAGE_SHIFT;

    return vmi_fault(vmi, error, w->fault, vaddr, w->level, value);
}

static int translate(struct vmi_instance *vmi, addr_t pt, addr_t vaddr, struct walk *w)
{
    struct walk_memory memory = vmi_table_memory(vmi);
    int error;

    if (!vmi->paging.levels)
        return vmi_fault(vmi, -XEN_EINVAL, "paging mode is not known", vaddr, 0, 0);
    error = walk(&vmi->paging, &memory, pt, vaddr, w);
    return error ? walk_failed(vmi, error, vaddr, w) : 0;
}

/* Apart, so that a hit does not pay for the room of a walk. */
static __attribute__((noinline)) status_t lookup_missing(struct vmi_instance *vmi, addr_t pt,
                                                         addr_t vaddr, addr_t *paddr)
{
    struct walk w;

    vmi->stats.translation_misses++;
    if (translate(vmi, pt, vaddr, &w))
        return VMI_FAILURE;
    vmi_v2pcache_add(vmi, vaddr, pt, w.paddr);
    *paddr = w.paddr;
    return VMI_SUCCESS;
}

status_t vmi_pagetable_lookup(vmi_instance_t vmi, addr_t pt, addr_t vaddr,
                              addr_t *paddr)
{
    uint64_t page;

    if (lru_get(&vmi->translations, vaddr & ~OFFSET, pt, &page)) {
        vmi->stats.translation_hits++;
        *paddr = page | (vaddr & OFFSET);
        return VMI_SUCCESS;
    }
    return lookup_missing(vmi, pt, vaddr, paddr);
}

status_t vmi_pagetable_lookup_extended(vmi_instance_t vmi, addr_t pt,
                                       addr_t vaddr, page_info_t *info)
{
    static const page_size_t sizes[] = {[1] = VMI_PS_4KB, [2] = VMI_PS_2MB, [3] = VMI_PS_1GB};
    struct walk w = {0};
    int error = translate(vmi, pt, vaddr, &w);

    /* Field by field: cheaper than to clear it all first, in what is measured. */
    info->vaddr = vaddr;
    info->paddr = error ? 0 : w.paddr;
    info->naddr = 0;
    info->size = error ? VMI_PS_UNKNOWN : sizes[w.level];
    info->nsize = VMI_PS_UNKNOWN;
    info->pt = pt;
    info->pm = VMI_PM_IA32E;
    info->npt = 0;
    info->npm = VMI_PM_NONE;
    info->x86_ia32e.pte_value_prev = 0;
    info->x86_ia32e.pte_location = w.entry[1].location;
    info->x86_ia32e.pte_value = w.entry[1].value;
    info->x86_ia32e.pgd_location = w.entry[2].location;
    info->x86_ia32e.pgd_value = w.entry[2].value;
    info->x86_ia32e.pdpte_location = w.entry[3].location;
    info->x86_ia32e.pdpte_value = w.entry[3].value;
    info->x86_ia32e.pml4e_location = w.entry[4].location;
    info->x86_ia32e.pml4e_value = w.entry[4].value;
    info->x86_ia32e.pml5e_location = w.entry[5].location;
    info->x86_ia32e.pml5e_value = w.entry[5].value;
    return error ? VMI_FAILURE : VMI_SUCCESS;
}

status_t vmi_translate_kv2p(vmi_instance_t vmi, addr_t vaddr, addr_t *paddr)
{
    addr_t pt;

    if (vmi_kernel_table(vmi, vaddr, &pt))
        return VMI_FAILURE;
    return vmi_pagetable_lookup(vmi, pt, vaddr, paddr);
}

int tvmi_translate_range(vmi_instance_t vmi, addr_t pt, addr_t vaddr,
                         size_t pages, unsigned int depth, uint64_t *frames)
{
    struct walk_memory memory = vmi_table_memory(vmi);
    struct walk w;
    size_t done;
    int error;

    if (!vmi->paging.levels || (vaddr & OFFSET))
        return vmi_fault(vmi, -XEN_EINVAL, "paging mode is not known, or address not page aligned",
                         vaddr, 0, 0);
    error = walk_range(&vmi->paging, &memory, pt, vaddr, pages, depth, frames, &done, &w);
    return error ? walk_failed(vmi, error, vaddr + done * PLAT_PAGE_SIZE, &w) : 0;
}

void vmi_v2pcache_flush(vmi_instance_t vmi, addr_t pt)
{
    struct lru_entry entry;

    if (pt != ~0ull) {
        lru_remove_tag(&vmi->translations, pt);
        return;
    }
    while (lru_take(&vmi->translations, &entry))
        ;
}

void vmi_v2pcache_add(vmi_instance_t vmi, addr_t va, addr_t pt, addr_t pa)
{
    struct lru_entry dropped;

    lru_set(&vmi->translations, va & ~OFFSET, pt, pa & ~OFFSET, &dropped);
}
