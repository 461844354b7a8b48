/*
 * test.c - unit test of the target's pattern, digest and parameters.
 *
 * Expected values of the pattern are the published first outputs of splitmix64
 * for seeds 0 and 1234567; those of the digest were computed from the text of
 * native/PROTOCOL.md with Python's integers.
 */
#include "../parameters.h"
#include "../pattern.h"

#include "../../workloads/digest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                       \
    do {                                                                       \
        if (!(condition)) {                                                    \
            printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);     \
            exit(1);                                                           \
        }                                                                      \
    } while (0)

static void test_pattern(void)
{
    CHECK(pattern_word(0, 0) == 0xe220a8397b1dcdafull);
    CHECK(pattern_word(0, 1) == 0x6e789e6aa1b965f4ull);
    CHECK(pattern_word(1234567, 0) == 6457827717110365317ull);
    CHECK(pattern_word(1234567, 1) == 3203168211198807973ull);
}

static void test_digest(void)
{
    const uint64_t words[] = { 1, 2, 3 };
    uint64_t unit[WORDS_PER_UNIT];

    CHECK(digest_words(DIGEST_START, words, 0) == 0xcbf29ce484222325ull);
    CHECK(digest_words(DIGEST_START, words, 3) == 0x0c07b167c3203d34ull);
    for (unsigned int n = 0; n < WORDS_PER_UNIT; n++)
        unit[n] = pattern_word(1, n);
    CHECK(digest_words(DIGEST_START, unit, WORDS_PER_UNIT) ==
          0x5130c9df107e72bbull);
}

/* Parses @line; returns the error's text, empty when there was none. */
static const char *parse(const char *line, struct parameters *p)
{
    static char error[256];
    char copy[256];

    snprintf(copy, sizeof(copy), "%s", line);
    error[0] = '\0';
    CHECK(!parse_parameters(copy, p, error, sizeof(error)) == !error[0]);
    return error;
}

static void test_parameters(void)
{
    struct parameters p;

    CHECK(!strcmp(parse("console=hvc0 quiet\n", &p), ""));
    CHECK(p.pages == 500 && p.batch == 500 && p.seed == 1);
    CHECK(p.page_size->bytes == 4096);

    CHECK(!strcmp(parse("quiet tv.pages=500000 tv.batch=100 tv.page-size=2m "
                        "tv.seed=0\n", &p), ""));
    CHECK(p.pages == 500000 && p.batch == 100 && p.seed == 0);
    CHECK(p.page_size->bytes == 2u << 20);
    CHECK(!strcmp(parse("tv.page-size=1g", &p), ""));
    CHECK(p.page_size->bytes == 1u << 30);

    CHECK(!strcmp(parse("tv.pages=0", &p), "bad parameter tv.pages=0"));
    CHECK(!strcmp(parse("tv.pages=500001", &p),
                  "bad parameter tv.pages=500001"));
    CHECK(!strcmp(parse("tv.pages=-1", &p), "bad parameter tv.pages=-1"));
    CHECK(!strcmp(parse("tv.pages=5x", &p), "bad parameter tv.pages=5x"));
    CHECK(!strcmp(parse("tv.pages", &p), "bad parameter tv.pages="));
    CHECK(!strcmp(parse("tv.batch=0", &p), "bad parameter tv.batch=0"));
    CHECK(!strcmp(parse("tv.seed=18446744073709551616", &p),
                  "bad parameter tv.seed=18446744073709551616"));
    CHECK(!strcmp(parse("tv.page-size=4m", &p),
                  "bad parameter tv.page-size=4m"));
    CHECK(!strcmp(parse("tv.unknown=1", &p), "bad parameter tv.unknown=1"));
}

int main(void)
{
    test_pattern();
    test_digest();
    test_parameters();
    printf("target: pattern, digest and parameters are right\n");
    return 0;
}
