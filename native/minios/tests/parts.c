/*
 * parts.c - unit tests of the kernel's parts that need no Xen: strings, formatted text, the
 * page allocator and the heap.
 */
#include "../pages.h"
#include "../../tests/test.h"
#include "xen.h"

#include <mini-os/lib.h>
#include <mini-os/xmalloc.h>

#include <limits.h>

extern int printf(const char *format, ...);

#define PAGES 64

static bool prints(const char *expected, const char *fmt, ...)
{
    char text[64];
    va_list args;
    int length;

    va_start(args, fmt);
    length = vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    if (!strcmp(text, expected) && (size_t)length == strlen(expected))
        return true;
    printf("# printed \"%s\", not \"%s\"\n", text, expected);
    return false;
}

static void test_printf(void)
{
    char small[4];

    CHECK(prints("plain 100%", "plain %d%%", 100));
    CHECK(prints("-7 4294967289", "%d %u", -7, -7u));
    CHECK(prints("0 0 0x0", "%d %x %p", 0, 0, NULL));
    CHECK(prints("-9223372036854775808", "%ld", LONG_MIN));
    CHECK(prints("18446744073709551615", "%zu", ~(size_t)0));
    CHECK(prints("ffffffffffffffff", "%llx", ~0ull));
    CHECK(prints("00ab  cd|ef  |", "%04x%4x|%-4x|", 0xab, 0xcd, 0xef));
    CHECK(prints("AB 0012 -0012", "%X %.4d %.4d", 0xab, 12, -12));
    CHECK(prints("-0042|  -42", "%05d|%5d", -42, -42));
    CHECK(prints("fe -2", "%hhx %hhd", 0xfe, 0xfe));
    CHECK(prints("a  bcd", "%-3s%.3s", "a", "bcdef"));
    CHECK(prints("  x|ab|y", "%*c|%.*s|%c", 3, 'x', 2, "abc", 'y'));
    CHECK(snprintf(small, sizeof(small), "%s", "longer") == 6);
    CHECK(!strcmp(small, "lon"));
    CHECK(snprintf(NULL, 0, "%d", 12345) == 5);
    CHECK(prints("(null) ", "%s %-.0s", NULL, "x"));
    CHECK(prints("%k %", "%k %"));
    CHECK(prints("  12  0034", "%4i  %0*x", 12, 4, 0x34));
    CHECK(prints("-32768 65535", "%hd %hu", 32768, -1));
    CHECK(snprintf(small, 0, "%d", 7) == 1);
    CHECK(snprintf(small, 1, "%d", 7) == 1 && !small[0]);
}

static void test_strings(void)
{
    char text[32] = "0123456789abcdef";

    CHECK(memcpy(text + 17, text, 11) == text + 17);
    CHECK(!memcmp(text + 17, "0123456789a", 11));
    memmove(text + 1, text, 10);
    CHECK(!memcmp(text, "00123456789bcdef", 16));
    memmove(text, text + 1, 10);
    CHECK(!memcmp(text, "01234567899bcdef", 16));
    memset(text, 'x', 13);
    CHECK(!strcmp(text, "xxxxxxxxxxxxxdef"));
    CHECK(strnlen(text, 5) == 5 && strnlen("abc", 5) == 3);
    CHECK(strcmp("a", "b") < 0 && strcmp("b", "a") > 0 && strcmp("a", "ab") < 0);
    CHECK(!strncmp("abc", "abd", 2) && strncmp("abc", "abd", 3) < 0);
    CHECK(strcmp("\xff", "a") > 0);
    CHECK(strchr(text, 'd') == text + 13 && !strchr(text, 'z'));
    CHECK(*strchr(text, '\0') == '\0');
}

static void test_pages(void)
{
    static uint64_t bitmap[PAGES / 64], larger[2 * PAGES / 64];
    char *low, *high;

    pv_build(PAGES, 0);
    CHECK(pages_bitmap_size(PAGES) == sizeof(bitmap));
    CHECK(pages_bitmap_size(PAGES + 1) == sizeof(bitmap) + 8);
    pages_init(bitmap, PAGES);
    CHECK(!alloc_page());
    pages_add(4, 40);
    CHECK(nr_free_pages == 40);

    low = (char *)alloc_page();
    CHECK(low == pfn_to_virt(4));
    high = (char *)alloc_pages(5);
    CHECK(high == pfn_to_virt(5));
    CHECK(nr_free_pages == 7 && !alloc_pages(3));

    /* Any part can be given back, and runs grow together again. */
    free_pages(high + 30 * PAGE_SIZE, 1);
    CHECK(alloc_pages(3) == (unsigned long)pfn_to_virt(35));
    free_pages(pfn_to_virt(35), 3);
    free_pages(low, 0);
    CHECK(alloc_page() == (unsigned long)low);
    free_page(low);
    for (int i = 0; i < 30; i++)
        free_page(high + i * PAGE_SIZE);
    CHECK(nr_free_pages == 40 && get_order(40 * PAGE_SIZE) == 6);
    CHECK(!alloc_pages(6) && alloc_pages(5) == (unsigned long)low);

    /* Another bitmap, for more pages, knows the same ones. */
    pages_move(larger, 2 * PAGES);
    CHECK(nr_free_pages == 8 && !alloc_pages(4));
    pages_add(PAGES, 16);
    CHECK(nr_free_pages == 24 && alloc_pages(4) == (unsigned long)pfn_to_virt(PAGES));
    free_pages(low, 5);
    CHECK(nr_free_pages == 40);
}

static void test_heap(void)
{
    enum { BLOCKS = 200 };
    char *blocks[BLOCKS];
    unsigned long before = nr_free_pages;
    unsigned int random = 1;

    test_pages();
    free(NULL);
    CHECK(!malloc(~(size_t)0) && !malloc(PAGES * PAGE_SIZE));
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < BLOCKS; i++) {
            size_t size = (random = random * 1103515245 + 12345) >> 16 & 255;

            blocks[i] = malloc(size + 2);
            CHECK(blocks[i] && !((unsigned long)blocks[i] & 15));
            memset(blocks[i], i, size + 2);
            blocks[i][0] = (char)size;
        }
        for (int k = 0; k < BLOCKS; k++) {
            int i = (k * 7 + round) % BLOCKS; /* 7 and 200 have no common factor */
            size_t size = (unsigned char)blocks[i][0];

            for (size_t at = 1; at < size + 2; at++)
                CHECK(blocks[i][at] == (char)i);
            free(blocks[i]);
        }
    }
    /* All of it merged again: it fits as one, without another page. */
    before = nr_free_pages;
    blocks[0] = malloc((40 - before) * PAGE_SIZE - 16);
    CHECK(blocks[0] && nr_free_pages == before);
    free(blocks[0]);
    blocks[0] = strdup("text");
    CHECK(!strcmp(blocks[0], "text"));
}

static void free_it_twice(void)
{
    void *page = (void *)alloc_page();

    free_page(page);
    free_page(page);
}

static void free_what_is_not_there(void)
{
    free_page(pfn_to_virt(PAGES));
}

static void test_wrong_pages(void)
{
    static uint64_t bitmap[PAGES / 64];

    pages_init(bitmap, PAGES);
    pages_add(4, 40);
    CHECK_EQ(pv_end_of(free_it_twice), SHUTDOWN_crash);
    CHECK_EQ(pv_end_of(free_what_is_not_there), SHUTDOWN_crash);
    CHECK(strchr(pv.console, 't'));
}

const struct test parts_tests[] = {
    {"minios: formatted text", test_printf},
    {"minios: strings", test_strings},
    {"minios: pages", test_pages},
    {"minios: pages that are freed wrongly", test_wrong_pages},
    {"minios: heap", test_heap},
    {0},
};
