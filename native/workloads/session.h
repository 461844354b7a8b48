/*
 * session.h - opens the target of a job behind LibVMI's interface.
 */
#ifndef WORKLOADS_SESSION_H
#define WORKLOADS_SESSION_H

#include <libvmi/libvmi.h>

#include "../introspector/job.h"

struct session {
    vmi_instance_t vmi;
    addr_t cr3;
    unsigned int levels; /* of the target's paging */
};

/* Opens the domain and finds its address space and paging; false with a sentence in @error. */
bool session_open(struct session *s, const struct job *job, struct text *error);

/* The two halves of that. A session whose space is not found stays open. */
bool session_open_domain(struct session *s, const struct job *job, struct text *error);
bool session_find_space(struct session *s, const struct job *job, struct text *error);

void session_close(struct session *s);

/* Adds the instance's last fault to a message. */
void session_explain(const struct session *s, struct text *error);

#endif
