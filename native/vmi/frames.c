/*
 * frames.c - how frames get mapped: kept in the page cache, anew through the
 * platform's window, or many in one request. And the caches' upkeep.
 */
#include "instance.h"

#include <xen/errno.h>

static const char cannot_map[] = "frame cannot be mapped";

static void unmap_page(struct vmi_instance *vmi, const struct lru_entry *page)
{
    /* The address came from plat_map() of one frame: nothing can be wrong with it. */
    (void)plat_unmap(vmi->platform, (void *)(uintptr_t)page->value, 1);
}

static int map_kept(struct vmi_instance *vmi, uint64_t frame, const void **va)
{
    struct lru_entry dropped;
    void *page;
    int error;

    vmi->stats.page_misses++;
    error = plat_map(vmi->platform, &frame, 1, PLAT_READ, &page, NULL);
    if (error)
        return error;
    if (lru_put(&vmi->pages, frame, 0, (uintptr_t)page, &dropped))
        unmap_page(vmi, &dropped);
    *va = page;
    return 0;
}

static int map_anew(struct vmi_instance *vmi, uint64_t frame, const void **va)
{
    void *page;
    int error;

    if (!vmi->window)
        return -XEN_ENODEV;
    error = plat_window_map(vmi->window, frame, &page);
    *va = page;
    return error;
}

int vmi_map_missing(struct vmi_instance *vmi, enum tvmi_via via, uint64_t frame,
                    const void **va)
{
    int error = via == TVMI_VIA_CACHE ? map_kept(vmi, frame, va)
                                      : map_anew(vmi, frame, va);

    return error ? vmi_fault(vmi, error, cannot_map, frame << PLAT_PAGE_SHIFT, 0, frame) : 0;
}

static int table_page(void *context, uint64_t frame, const volatile uint64_t **table)
{
    struct vmi_instance *vmi = context;

    return vmi_map_frame(vmi, vmi->tables, frame, (const void **)table);
}

struct walk_memory vmi_table_memory(struct vmi_instance *vmi)
{
    return (struct walk_memory){.table = table_page, .context = vmi};
}

void tvmi_set_mapping(vmi_instance_t vmi, enum tvmi_via tables, enum tvmi_via data)
{
    vmi->tables = tables;
    vmi->data = data;
}

int tvmi_window_open(vmi_instance_t vmi, size_t live, size_t uses)
{
    int error;

    if (vmi->window)
        return -XEN_EBUSY;
    error = plat_window_open(vmi->platform, live, uses, &vmi->window);
    if (error) {
        vmi->window = NULL;
        return vmi_fault(vmi, error, "window cannot be opened", 0, 0, uses);
    }
    return 0;
}

void tvmi_window_close(vmi_instance_t vmi)
{
    if (vmi->window)
        plat_window_close(vmi->window);
    vmi->window = NULL;
}

/*
 * Notes which of the frames cannot be mapped, or their number when each can alone. They are
 * asked for one by one, since a request that tells of each costs more when nothing is wrong.
 */
static int explain_frames(struct vmi_instance *vmi, int error, const uint64_t *frames, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        void *page;
        int refused = plat_map(vmi->platform, &frames[i], 1, PLAT_READ, &page, NULL);

        if (refused)
            return vmi_fault(vmi, refused, cannot_map, frames[i] << PLAT_PAGE_SHIFT, 0, frames[i]);
        (void)plat_unmap(vmi->platform, page, 1);
    }
    return vmi_fault(vmi, error, "frames cannot be mapped at once", 0, 0, n);
}

int tvmi_map_frames(vmi_instance_t vmi, const uint64_t *frames, size_t n, void **va)
{
    int error = plat_map(vmi->platform, frames, n, PLAT_READ, va, NULL);

    return error ? explain_frames(vmi, error, frames, n) : 0;
}

int tvmi_unmap_frames(vmi_instance_t vmi, void *va, size_t n)
{
    int error = plat_unmap(vmi->platform, va, n);

    return error ? vmi_fault(vmi, error, "frames cannot be unmapped", 0, 0, n) : 0;
}

void vmi_pagecache_flush(vmi_instance_t vmi)
{
    struct lru_entry page;

    while (lru_take(&vmi->pages, &page))
        unmap_page(vmi, &page);
}

int tvmi_cache_resize(vmi_instance_t vmi, size_t pages, size_t translations)
{
    struct lru new_pages, new_translations;
    int error;

    vmi_pagecache_flush(vmi);
    vmi_v2pcache_flush(vmi, ~0ull);

    error = lru_init(&new_pages, pages);
    if (error)
        return vmi_fault(vmi, error, "page cache cannot be made", 0, 0, pages);
    error = lru_init(&new_translations, translations);
    if (error) {
        lru_free(&new_pages);
        return vmi_fault(vmi, error, "translation cache cannot be made", 0, 0, translations);
    }
    lru_free(&vmi->pages);
    lru_free(&vmi->translations);
    vmi->pages = new_pages;
    vmi->translations = new_translations;
    return 0;
}

void vmi_free_caches(struct vmi_instance *vmi)
{
    vmi_pagecache_flush(vmi);
    lru_free(&vmi->pages);
    lru_free(&vmi->translations);
}

void tvmi_stats(vmi_instance_t vmi, struct tvmi_stats *out)
{
    *out = vmi->stats;
}
