/*
 * reseed.c - gives a kernel randomness that no other machine has.
 *
 *   reseed < SEED           SEED: 1 to 64 random bytes
 *
 * Machines that were restored from one snapshot have one state of the kernel's
 * generator, and would make the same keys. To write to /dev/urandom stirs the
 * pool, and changes what is drawn from it only minutes later: RNDADDENTROPY
 * and RNDRESEEDCRNG (random(4)) change it at once.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/random.h>

#define SEED_BYTES 64

static int fail(const char *what)
{
    fprintf(stderr, "reseed: %s: %s\n", what, strerror(errno));
    return 1;
}

int main(void)
{
    struct {
        struct rand_pool_info head;
        unsigned char bytes[SEED_BYTES];
    } seed;
    ssize_t length = read(STDIN_FILENO, seed.bytes, SEED_BYTES);
    int random;

    if (length < 0)
        return fail("cannot read the seed");
    if (length == 0) {
        fprintf(stderr, "reseed: standard input has no seed\n");
        return 1;
    }
    seed.head.entropy_count = (int)length * 8;
    seed.head.buf_size = (int)length;
    random = open("/dev/urandom", O_WRONLY | O_CLOEXEC);
    if (random < 0)
        return fail("cannot open /dev/urandom");
    if (ioctl(random, RNDADDENTROPY, &seed))
        return fail("the kernel takes no seed");
    if (ioctl(random, RNDRESEEDCRNG))
        return fail("the kernel does not reseed");
    return 0;
}
