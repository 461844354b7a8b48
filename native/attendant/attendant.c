/*
 * attendant.c - stays in Dom0 for the length of a run, and does at once what would
 * else be a program of the toolstack each time: to start one takes an emulated Dom0
 * a tenth to a fifth of a second, most of it to link libraries.
 *
 * A request is a line of standard input, "ID VERB WORDS...", and its answer a line of
 * standard output, "ID ok TEXT" or "ID error ERRNO TEXT". It ends with its input.
 *
 *   ID write PATH VALUE     a value in xenstore; VALUE is the rest of the line
 *   ID perms PATH PERM...   permissions of a node of xenstore
 *   ID pause DOMID          XEN_DOMCTL_pausedomain, counted by Xen; its STATE after that
 *   ID unpause DOMID        XEN_DOMCTL_unpausedomain; its STATE after that
 *   ID list                 a group of words a domain: DOMID UUID STATE NAME; STATE is
 *                           running, paused, dying or shutdown:REASON
 *
 * Domains with a device model are none of its business: libxl stops and starts that too.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../platform/linux/calls.h"
#include "store.h"

#define LONGEST_LINE 8192
#define MOST_WORDS   16

static struct calls xen;
static int store;

/* 0 or a negative errno; the answer's text goes to standard output before. */
typedef int verb(char *words[], size_t n);

static int number(const char *text, uint32_t *value)
{
    char *end;
    unsigned long n = strtoul(text, &end, 10);

    if (*text < '0' || *text > '9' || *end || n >= DOMID_FIRST_RESERVED)
        return -EINVAL;
    *value = (uint32_t)n;
    return 0;
}

static const char *state_of(uint32_t flags, char *text, size_t size)
{
    if (flags & XEN_DOMINF_dying)
        return "dying";
    if (flags & XEN_DOMINF_shutdown) {
        snprintf(text, size, "shutdown:%u",
                 flags >> XEN_DOMINF_shutdownshift & XEN_DOMINF_shutdownmask);
        return text;
    }
    return flags & XEN_DOMINF_paused ? "paused" : "running";
}

static int on_domain(char *words[], size_t n, uint32_t cmd)
{
    struct xen_domctl op = {.cmd = cmd}, after = {.cmd = XEN_DOMCTL_getdomaininfo};
    char state[32];
    uint32_t domid;
    int error;

    if (n != 1 || number(words[0], &domid))
        return -EINVAL;
    op.domain = after.domain = (domid_t)domid;
    error = calls_domctl(&xen, &op);
    if (!error)
        error = calls_domctl(&xen, &after);
    if (!error && after.u.getdomaininfo.domain != domid)
        error = -ESRCH;
    if (!error)
        printf(" %s", state_of(after.u.getdomaininfo.flags, state, sizeof(state)));
    return error;
}

static int pause_domain(char *words[], size_t n)
{
    return on_domain(words, n, XEN_DOMCTL_pausedomain);
}

static int unpause_domain(char *words[], size_t n)
{
    return on_domain(words, n, XEN_DOMCTL_unpausedomain);
}

static int write_value(char *words[], size_t n)
{
    return n ? store_write(store, words[0], n == 2 ? words[1] : "") : -EINVAL;
}

static int set_perms(char *words[], size_t n)
{
    return n >= 2 ? store_set_perms(store, words[0], words + 1, n - 1) : -EINVAL;
}

/* A domain that is dying, or is only being built, has no name. */
static const char *name_of(uint32_t domid, char *name, size_t size)
{
    char path[64];

    snprintf(path, sizeof(path), "/local/domain/%u/name", domid);
    return store_read(store, path, name, size) || !*name ? "-" : name;
}

static void print_domain(const struct xen_domctl_getdomaininfo *info)
{
    char state[32], name[256];

    printf(" %u ", info->domain);
    for (size_t i = 0; i < sizeof(info->handle); i++)
        printf("%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", info->handle[i]);
    printf(" %s %s", state_of(info->flags, state, sizeof(state)),
           name_of(info->domain, name, sizeof(name)));
}

/* Xen answers for the next domain when there is none of a number. */
static int list(char *words[], size_t n)
{
    (void)words;
    if (n)
        return -EINVAL;
    for (uint32_t next = 0; next < DOMID_FIRST_RESERVED; next++) {
        struct xen_domctl op = {.cmd = XEN_DOMCTL_getdomaininfo, .domain = (domid_t)next};
        int error = calls_domctl(&xen, &op);

        if (error == -ESRCH)
            return 0;
        if (error)
            return error;
        print_domain(&op.u.getdomaininfo);
        next = op.u.getdomaininfo.domain;
    }
    return 0;
}

static const struct {
    const char *name;
    verb *act;
    size_t words; /* at most; the last one is the rest of the line */
} verbs[] = {
    {"write", write_value, 2},       {"perms", set_perms, MOST_WORDS}, {"pause", pause_domain, 1},
    {"unpause", unpause_domain, 1}, {"list", list, 0},
};

/* Cuts a line at its spaces. */
static size_t cut(char *line, char *words[], size_t most)
{
    size_t n = 0;

    while (line && *line && n < most) {
        words[n++] = line;
        line = n < most ? strchr(line, ' ') : NULL;
        if (line)
            *line++ = 0;
    }
    return n;
}

static int obey(const char *name, char *rest)
{
    char *words[MOST_WORDS];

    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
        if (!strcmp(verbs[i].name, name))
            return verbs[i].act(words, cut(rest, words, verbs[i].words));
    return -ENOSYS;
}

static void answer(char *line)
{
    char *words[3];
    size_t n = cut(line, words, 3);
    char *text = NULL;
    size_t length = 0;
    FILE *out = stdout;
    int error;

    if (n < 2)
        return;
    /* What a verb prints is kept until it is known how it ends. */
    stdout = open_memstream(&text, &length);
    error = stdout ? obey(words[1], n == 3 ? words[2] : NULL) : -ENOMEM;
    if (stdout)
        fclose(stdout);
    stdout = out;
    if (error)
        printf("%s error %d %s\n", words[0], -error, strerror(-error));
    else
        printf("%s ok%s\n", words[0], text);
    free(text);
    fflush(stdout);
}

int main(void)
{
    char line[LONGEST_LINE];
    int error;

    signal(SIGPIPE, SIG_IGN); /* a connection that ends is an error of a request */
    error = calls_open(&xen);
    if (!error) {
        store = store_open();
        error = store < 0 ? store : 0;
    }
    if (error) {
        fprintf(stderr, "attendant: cannot reach Xen and xenstored: %s\n", strerror(-error));
        return 1;
    }
    while (fgets(line, sizeof(line), stdin)) {
        line[strcspn(line, "\n")] = 0;
        answer(line);
    }
    return 0;
}
