/*
 * stamps.c - workload `stamps`: when this introspector passed the points of its
 * life (introspector/stamps.h), in raw ticks.
 */
#include "../introspector/stamps.h"
#include "table.h"

static const char *const names[STAMPS] = {
    [STAMP_FIRST] = "first",       [STAMP_ENTERED] = "entered", [STAMP_READY] = "ready",
    [STAMP_ASKED] = "asked",       [STAMP_READ] = "read",       [STAMP_ANSWERED] = "answered",
};

bool workload_stamps(const struct job *job, struct records *records, struct text *error)
{
    char buffer[400];
    struct text t = TEXT(buffer);

    (void)job;
    for (unsigned int i = 0; i < STAMPS; i++) {
        if (!stamp_of(i)) {
            text_add(error, "this introspector has not passed the point ");
            text_add(error, names[i]);
            return false;
        }
        text_key_u64(&t, names[i], stamp_of(i));
    }
    record_text(records, RECORD_LIFE, &t);
    return true;
}
