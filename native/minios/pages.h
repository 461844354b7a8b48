/*
 * pages.h - setting up the page allocator; its use is in mini-os/mm.h.
 */
#ifndef MINIOS_PAGES_H
#define MINIOS_PAGES_H

/*
 * pages_init(): @bitmap is zeroed memory of pages_bitmap_size(@nr_pages) bytes.
 * Every page counts as taken until pages_add() gives it to the allocator.
 */
void pages_init(void *bitmap, unsigned long nr_pages);
unsigned long pages_bitmap_size(unsigned long nr_pages);
/*
 * pages_move(): the same pages are free, by another @bitmap, which is zeroed and for
 * @nr_pages, more than before. The old one is not used any more.
 */
void pages_move(void *bitmap, unsigned long nr_pages);
void pages_add(unsigned long pfn, unsigned long count);

#endif
