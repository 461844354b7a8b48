/*
 * translate.c - from virtual to physical addresses, walked or remembered.
 */
#include "instance.h"

#include <string.h>
#include <xen/errno.h>

#define OFFSET (PLAT_PAGE_SIZE - 1)

static int walk_failed(struct vmi_instance *vmi, int error, addr_t vaddr,
                       const struct walk *w)
{
    /* A table that cannot be mapped is told by its frame, an entry by its value. */
    addr_t value = w->depth > vmi->paging.levels - w->level
                       ? w->entry[w->level].value
                       : w->entry[w->level].location >> PLAT_PAGE_SHIFT;

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
    struct walk w;
    int error;

    memset(w.entry, 0, sizeof(w.entry));
    error = translate(vmi, pt, vaddr, &w);
    *info = (page_info_t){
        .vaddr = vaddr,
        .paddr = error ? 0 : w.paddr,
        .size = error ? VMI_PS_UNKNOWN : sizes[w.level],
        .pt = pt,
        .pm = VMI_PM_IA32E,
        .x86_ia32e = {
            .pte_location = w.entry[1].location, .pte_value = w.entry[1].value,
            .pgd_location = w.entry[2].location, .pgd_value = w.entry[2].value,
            .pdpte_location = w.entry[3].location, .pdpte_value = w.entry[3].value,
            .pml4e_location = w.entry[4].location, .pml4e_value = w.entry[4].value,
            .pml5e_location = w.entry[5].location, .pml5e_value = w.entry[5].value,
        },
    };
    return error ? VMI_FAILURE : VMI_SUCCESS;
}

status_t vmi_translate_kv2p(vmi_instance_t vmi, addr_t vaddr, addr_t *paddr)
{
    return vmi_pagetable_lookup(vmi, vmi->kernel_dtb, vaddr, paddr);
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
