/*
 * parameters.c - see parameters.h.
 */
#include "parameters.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct page_size page_sizes[] = {
    { "4k", 1ull << 12 },
    { "2m", 1ull << 21 },
    { "1g", 1ull << 30 },
};

static const struct page_size *find_page_size(const char *name)
{
    for (size_t i = 0; i < sizeof(page_sizes) / sizeof(*page_sizes); i++)
        if (!strcmp(page_sizes[i].name, name))
            return &page_sizes[i];
    return NULL;
}

/* A decimal number and nothing else, from @min to @max. */
static int parse_number(const char *text, uint64_t min, uint64_t max,
                        uint64_t *out)
{
    char *end;

    if (*text < '0' || *text > '9')
        return -1;
    errno = 0;
    *out = strtoull(text, &end, 10);
    return errno || *end || *out < min || *out > max ? -1 : 0;
}

static int parse_word(const char *key, const char *value,
                      struct parameters *out)
{
    if (!strcmp(key, "tv.pages"))
        return parse_number(value, 1, MAX_PAGES, &out->pages);
    if (!strcmp(key, "tv.batch"))
        return parse_number(value, 1, MAX_PAGES, &out->batch);
    if (!strcmp(key, "tv.seed"))
        return parse_number(value, 0, UINT64_MAX, &out->seed);
    if (!strcmp(key, "tv.events"))
        return parse_number(value, 0, 1, &out->events);
    if (!strcmp(key, "tv.page-size"))
        return (out->page_size = find_page_size(value)) ? 0 : -1;
    return -1;
}

int parse_parameters(char *line, struct parameters *out, char *error,
                     size_t error_size)
{
    char *rest = line;
    char *word;

    *out = (struct parameters){ .pages = 500, .batch = 500, .seed = 1 };
    out->page_size = &page_sizes[0];
    while ((word = strsep(&rest, " \n"))) {
        char *value = strchr(word, '=');

        if (strncmp(word, "tv.", 3))
            continue;
        if (value)
            *value++ = '\0';
        if (parse_word(word, value ? value : "", out)) {
            snprintf(error, error_size, "bad parameter %s=%s", word,
                     value ? value : "");
            return -1;
        }
    }
    return 0;
}
