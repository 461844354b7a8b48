/*
 * job.c - see job.h. One table holds everything there is to know about a key.
 */
#include "job.h"

#include <string.h>

#include "../workloads/table.h"
#include "introspector.h"

/* Names of a key's values; their index is the value. */
static const char *const type_names[] = {"pv", "pvh", "hvm", NULL};
static const char *const state_names[] = {"cold", "tables", "warm", "batch", "seed-2018", NULL};
static const char *const attempt_names[] = {"write-map", "foreign-map", "vm-event", "listener", NULL};
static const char *const region_names[] = {"kernel", "process", NULL};
static const char *const wait_names[] = {"block", "poll", "adaptive", NULL};
static const char *const notify_names[] = {"drain", "event", NULL};
static const char *const kind_names[] = {
    "none", "cpuid", "cr3-write", "msr-write", "debug", "descriptor", "guest-request",
    "breakpoint", NULL,
};

static const struct key {
    const char *name;
    size_t offset;            /* of its value in struct job */
    const char *const *names; /* its values by name, or NULL: a number */
    uint64_t min, max;
    bool automatic;           /* `auto` stands for 0 */
} keys[KEYS] = {
#define AT(field) .offset = offsetof(struct job, field)
    [KEY_SEQ] = {"seq", AT(seq), .min = 1, .max = UINT32_MAX},
    [KEY_WORKLOAD] = {"workload", AT(workload)},
    [KEY_DOMID] = {"domid", AT(domid), .max = 32751},
    [KEY_TYPE] = {"type", AT(type), .names = type_names},
    [KEY_STATE] = {"state", AT(state), .names = state_names},
    [KEY_BASE] = {"base", AT(base), .max = UINT64_MAX},
    [KEY_PAGES] = {"pages", AT(pages), .min = 1, .max = 500000},
    [KEY_BATCH] = {"batch", AT(batch), .min = 1, .max = JOB_BATCH_MAX},
    [KEY_DEPTH] = {"depth", AT(depth), .min = 2, .max = 5},
    [KEY_REPEAT] = {"repeat", AT(repeat), .min = 1, .max = UINT32_MAX},
    [KEY_WARMUP] = {"warmup", AT(warmup), .max = UINT32_MAX},
    [KEY_CR3] = {"cr3", AT(cr3), .min = 1, .max = UINT64_MAX, .automatic = true},
    [KEY_LEVELS] = {"levels", AT(levels), .min = 4, .max = 5, .automatic = true},
    [KEY_ATTEMPT] = {"attempt", AT(attempt), .names = attempt_names},
    [KEY_FRAME] = {"frame", AT(frame), .max = (1ull << 40) - 1},
    [KEY_KIND] = {"kind", AT(kind), .names = kind_names},
    [KEY_COUNT] = {"count", AT(count), .min = 1, .max = UINT32_MAX},
    [KEY_WAIT] = {"wait", AT(wait), .names = wait_names},
    [KEY_NOTIFY] = {"notify", AT(notify), .names = notify_names},
    [KEY_WALK] = {"walk", AT(walk), .max = 64},
    [KEY_SPIN] = {"spin", AT(spin), .max = UINT32_MAX},
    [KEY_EVERY] = {"every", AT(every), .max = UINT32_MAX},
    [KEY_TIMEOUT] = {"timeout", AT(timeout), .min = 1, .max = 3600000},
    [KEY_VCPUS] = {"vcpus", AT(vcpus), .min = 1, .max = 32},
    [KEY_OTHERS] = {"others", AT(others), .max = 31},
    [KEY_STAMPS] = {"stamps", AT(stamps), .max = 1},
    [KEY_REGION] = {"region", AT(region), .names = region_names},
#undef AT
};

const char *job_state_name(uint64_t state)
{
    return state_names[state];
}

const char *job_attempt_name(uint64_t attempt)
{
    return attempt_names[attempt];
}

const char *job_kind_name(uint64_t kind)
{
    return kind_names[kind];
}

const char *job_wait_name(uint64_t wait)
{
    return wait_names[wait];
}

const char *job_notify_name(uint64_t notify)
{
    return notify_names[notify];
}

/* A piece of the line. */
struct slice {
    const char *start;
    size_t length;
};

static bool is(struct slice s, const char *name)
{
    return strlen(name) == s.length && !memcmp(name, s.start, s.length);
}

/* Adds a piece of input to a message: printable, and not without end. */
static void quote(struct text *t, struct slice s)
{
    text_char(t, '"');
    for (size_t i = 0; i < s.length && i < 40; i++)
        text_char(t, s.start[i] > ' ' && s.start[i] < 0x7f ? s.start[i] : '?');
    text_add(t, s.length > 40 ? "...\"" : "\"");
}

static bool bad_value(const struct key *key, struct slice value, struct text *error)
{
    text_add(error, key->name);
    text_char(error, '=');
    quote(error, value);
    if (key->names) {
        text_add(error, " is not one of");
        for (const char *const *name = key->names; *name; name++) {
            text_add(error, name == key->names ? " " : ", ");
            text_add(error, *name);
        }
    } else {
        text_add(error, " is not a number from ");
        text_u64(error, key->min);
        text_add(error, " to ");
        text_u64(error, key->max);
        if (key->automatic)
            text_add(error, " or auto");
    }
    return false;
}

static bool parse_value(const struct key *key, struct slice value,
                        uint64_t *out, struct text *error)
{
    if (key->names) {
        for (uint64_t i = 0; key->names[i]; i++) {
            if (is(value, key->names[i])) {
                *out = i;
                return true;
            }
        }
        return bad_value(key, value, error);
    }
    if (key->automatic && is(value, "auto")) {
        *out = 0;
        return true;
    }
    if (!text_parse_u64(value.start, value.length, out) || *out < key->min || *out > key->max) {
        *out = 0;
        return bad_value(key, value, error);
    }
    return true;
}

static bool parse_workload(struct job *job, struct slice value, struct text *error)
{
    for (size_t i = 0; i < workload_count; i++) {
        if (is(value, workload_table[i].name)) {
            job->workload = &workload_table[i];
            return true;
        }
    }
    text_add(error, "workload=");
    quote(error, value);
    text_add(error, " is not known");
    return false;
}

static bool parse_pair(struct job *job, struct slice name, struct slice value,
                       struct text *error)
{
    for (int i = 0; i < KEYS; i++) {
        if (!is(name, keys[i].name))
            continue;
        if (job->given & JOB_HAS(i)) {
            text_add(error, keys[i].name);
            text_add(error, " is given twice");
            return false;
        }
        job->given |= JOB_HAS(i);
        if (i == KEY_WORKLOAD)
            return parse_workload(job, value, error);
        return parse_value(&keys[i], value, (uint64_t *)((char *)job + keys[i].offset), error);
    }
    text_add(error, "key ");
    quote(error, name);
    text_add(error, " is not known");
    return false;
}

/* Cuts the line at single spaces and its parts at the first '='. */
static bool parse_pairs(const char *line, struct job *job, struct text *error)
{
    bool good = true;

    for (;;) {
        const char *space = strchr(line, ' ');
        size_t length = space ? (size_t)(space - line) : strlen(line);
        size_t name = 0;

        while (name < length && line[name] != '=')
            name++;
        /* The first error is the one to tell, but seq may still come. */
        if (name == length || name == 0) {
            if (good) {
                quote(error, (struct slice){line, length});
                text_add(error, " is not key=value");
            }
            good = false;
        } else if (good || (name == 3 && !memcmp(line, "seq", 3))) {
            char ignored[64];
            struct text rest = TEXT(ignored);

            if (!parse_pair(job, (struct slice){line, name},
                            (struct slice){line + name + 1, length - name - 1},
                            good ? error : &rest))
                good = false;
        }
        if (!space)
            return good;
        line = space + 1;
    }
}

static bool check(struct job *job, struct text *error)
{
    uint32_t needed = JOB_HAS(KEY_SEQ) | JOB_HAS(KEY_WORKLOAD);

    if (job->workload)
        needed |= job->workload->needs;
    for (int i = 0; i < KEYS; i++) {
        if (needed & ~job->given & JOB_HAS(i)) {
            text_add(error, keys[i].name);
            text_add(error, " is missing");
            return false;
        }
    }
    if (job->base & 0xfff) {
        text_add(error, "base is not page aligned");
        return false;
    }
    if (job->region == JOB_PROCESS && job->given & JOB_HAS(KEY_BASE)) {
        text_add(error, "region=process and base both say where to look");
        return false;
    }
    if (job->pages && job->base + (job->pages * 4096 - 1) < job->base) {
        text_add(error, "pages run past the last address");
        return false;
    }
    return true;
}

bool job_parse(const char *line, struct job *job, struct text *error)
{
    *job = (struct job){.repeat = 1, .count = 1000, .every = 1, .timeout = 10000};
    if (strlen(line) > JOB_MAX) {
        text_add(error, "job is longer than 1000 bytes");
        return false;
    }
    if (!parse_pairs(line, job, error) || !check(job, error))
        return false;
    if (!job->batch)
        job->batch = job->pages && job->pages < JOB_BATCH_DEFAULT ? job->pages : JOB_BATCH_DEFAULT;
    return true;
}
