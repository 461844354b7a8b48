/*
 * init.c - the only process of the target: known bytes at a known address.
 *
 * Runs as /init of an initramfs that holds nothing else. It maps the region that
 * the kernel command line asks for, fills it, prints what it holds, and then
 * stays in user space and touches nothing, so that the CR3 of the vcpu is its
 * own; or starts streams of events, when the command line asks for them. native/PROTOCOL.md, "Target", is the specification.
 */
#define _GNU_SOURCE
#include "events.h"
#include "parameters.h"
#include "pattern.h"

#include "../workloads/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/mman.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

#define REGION     0x5a0000000000ull
#define UNIT_BYTES 4096ull

/* Memory that the kernel and this process keep for themselves. */
#define RESERVE_BYTES (8ull << 20)

static void fail(const char *format, ...)
    __attribute__((noreturn, format(printf, 1, 2)));

/* Report and switch the machine off, after the console had time to be read. */
static void fail(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    printf("\nTARGET error ");
    vprintf(format, args);
    printf("\n");
    va_end(args);
    sleep(1);
    reboot(RB_POWER_OFF);
    _exit(1);
}

static void mount_at(const char *type, const char *path)
{
    if (mkdir(path, 0755) && errno != EEXIST)
        fail("cannot make %s: %s", path, strerror(errno));
    if (mount(type, path, type, 0, NULL) && errno != EBUSY)
        fail("cannot mount %s: %s", path, strerror(errno));
}

/* The kernel opens a console for init only if the initramfs has its node. */
static void open_console(void)
{
    int fd;

    mount_at("devtmpfs", "/dev");
    fd = open("/dev/console", O_RDWR);
    if (fd < 0)
        return;
    for (int i = 0; i < 3; i++)
        dup2(fd, i);
    if (fd > 2)
        close(fd);
    setvbuf(stdout, NULL, _IOLBF, 0);
}

static void read_file(const char *path, char *text, size_t size)
{
    int fd = open(path, O_RDONLY);
    ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);

    if (n < 0)
        fail("cannot read %s: %s", path, strerror(errno));
    text[n] = '\0';
    close(fd);
}

static uint64_t available_memory(void)
{
    char text[4096];
    const char *line;

    read_file("/proc/meminfo", text, sizeof(text));
    line = strstr(text, "MemAvailable:");
    if (!line)
        fail("cannot find MemAvailable in /proc/meminfo");
    return strtoull(line + strlen("MemAvailable:"), NULL, 10) << 10;
}

/* Have the kernel set @pages huge pages aside; boot parameters may have. */
static void reserve_huge_pages(const struct page_size *size, uint64_t pages)
{
    char path[128], text[32];
    uint64_t reserved;
    int fd;

    snprintf(path, sizeof(path),
             "/sys/kernel/mm/hugepages/hugepages-%" PRIu64 "kB/nr_hugepages",
             size->bytes >> 10);
    fd = open(path, O_WRONLY);
    if (fd < 0)
        fail("this machine has no pages of %s (%s: %s)", size->name, path,
             strerror(errno));
    /* A refusal shows in the number read back, with why it matters. */
    dprintf(fd, "%" PRIu64, pages);
    close(fd);
    read_file(path, text, sizeof(text));
    reserved = strtoull(text, NULL, 10);
    if (reserved < pages)
        fail("not enough memory: %" PRIu64 " pages of %s needed, %" PRIu64
             " to be had", pages, size->name, reserved);
}

static void *map_at_region(uint64_t bytes, int flags)
{
    void *region = mmap((void *)REGION, bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE | flags,
                        -1, 0);

    if (region != (void *)REGION)
        fail("cannot map %" PRIu64 " bytes at %#llx: %s", bytes, REGION,
             strerror(errno));
    return region;
}

static uint64_t *map_region(const struct parameters *p)
{
    const struct page_size *size = p->page_size;
    uint64_t bytes = p->pages * UNIT_BYTES;
    uint64_t pages = (bytes + size->bytes - 1) / size->bytes;
    void *region;

    if (size->bytes != UNIT_BYTES) {
        int log2 = __builtin_ctzll(size->bytes);

        reserve_huge_pages(size, pages);
        return map_at_region(pages * size->bytes,
                             MAP_HUGETLB | log2 << MAP_HUGE_SHIFT);
    }
    if (bytes + RESERVE_BYTES > available_memory())
        fail("not enough memory: the region needs %" PRIu64
             " MiB, %" PRIu64 " MiB are available", bytes >> 20,
             available_memory() >> 20);
    region = map_at_region(bytes, 0);
    if (madvise(region, bytes, MADV_NOHUGEPAGE))
        fail("cannot keep to pages of 4k: %s", strerror(errno));
    if (mlock(region, bytes))
        fail("cannot lock the region: %s", strerror(errno));
    return region;
}

static void print_digests(const struct parameters *p, const uint64_t *region)
{
    for (uint64_t first = 0; first < p->pages; first += p->batch) {
        uint64_t left = p->pages - first;
        uint64_t n = left < p->batch ? left : p->batch;
        uint64_t digest = digest_words(DIGEST_START,
                                       region + first * WORDS_PER_UNIT,
                                       n * WORDS_PER_UNIT);

        printf("TARGET digest first=%" PRIu64 " pages=%" PRIu64
               " digest=%016" PRIx64 "\n", first, n, digest);
    }
}

int main(void)
{
    char line[4096], error[256];
    struct parameters p;
    uint64_t *region;

    open_console();
    mount_at("proc", "/proc");
    mount_at("sysfs", "/sys");
    read_file("/proc/cmdline", line, sizeof(line));
    if (parse_parameters(line, &p, error, sizeof(error)))
        fail("%s", error);

    region = map_region(&p);
    for (uint64_t n = 0; n < p.pages * WORDS_PER_UNIT; n++)
        region[n] = pattern_word(p.seed, n);

    printf("\nTARGET region base=%#llx pages=%" PRIu64 " page-size=%s batch=%"
           PRIu64 "\n", REGION, p.pages, p.page_size->name, p.batch);
    print_digests(&p, region);
    if (p.events) {
        events_run(error, sizeof(error));
        fail("%s", error);
    }
    printf("TARGET ready\n");
    /* Without PAUSE, at which Xen would make the vcpu yield each time. */
    for (;;)
        __asm__ volatile("");
}
