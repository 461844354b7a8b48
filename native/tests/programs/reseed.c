/*
 * reseed.c - tests of native/reseed over a double of the kernel's generator (random(4)).
 */
#include <errno.h>
#include <linux/random.h>
#include <string.h>
#include <sys/mman.h>

#include "../runner.h"
#include "program.h"

/* What the kernel was asked for; shared with the program. */
static struct generator {
    int entropy, size;
    char bytes[64];
    unsigned int seeds, reseeds, calls, fail_at;
} *generator;

int __wrap_ioctl(int fd, unsigned long request, const struct rand_pool_info *pool);
int __wrap_ioctl(int fd, unsigned long request, const struct rand_pool_info *pool)
{
    (void)fd;
    if (++generator->calls == generator->fail_at) {
        errno = EPERM;
        return -1;
    }
    if (request == RNDADDENTROPY) {
        generator->seeds++;
        generator->entropy = pool->entropy_count;
        generator->size = pool->buf_size;
        memcpy(generator->bytes, pool->buf, (size_t)pool->buf_size);
    }
    generator->reseeds += request == RNDRESEEDCRNG && generator->seeds;
    return 0;
}

static void reset(void)
{
    if (!generator)
        generator = mmap(NULL, sizeof(*generator), PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    memset(generator, 0, sizeof(*generator));
}

static void seeds(void)
{
    char seed[80];

    CHECK_EQ(RUN("0123456789", NULL).status, 0);
    CHECK(generator->entropy == 80 && generator->size == 10);
    CHECK(!memcmp(generator->bytes, "0123456789", 10));
    CHECK_EQ(generator->reseeds, 1);
    /* No more than it has room for. */
    memset(seed, 'x', sizeof(seed) - 1);
    seed[79] = 0;
    CHECK_EQ(RUN(seed, NULL).status, 0);
    CHECK(generator->entropy == 512 && generator->size == 64);
}

static void what_goes_wrong(void)
{
    struct ended e = RUN("", NULL);

    CHECK_EQ(e.status, 1);
    CHECK_HAS(e.errors, "standard input has no seed");
    CHECK_EQ(generator->calls, 0);
    generator->fail_at = 1;
    CHECK_HAS(RUN("seed", NULL).errors, "the kernel takes no seed: Operation not permitted");
    generator->fail_at = 3;
    CHECK_HAS(RUN("seed", NULL).errors, "the kernel does not reseed");
    CHECK_EQ(generator->reseeds, 0);
}

static const struct test tests[] = {
    {"reseed: seeds", seeds},
    {"reseed: what goes wrong", what_goes_wrong},
    {0},
};

int main(void)
{
    static const struct test *const tables[] = {tests};

    return run_tests(tables, 1, reset, false);
}
