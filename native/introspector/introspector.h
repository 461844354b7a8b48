/*
 * introspector.h - the part of the introspector that both arms share.
 *
 * A platform's main program gets jobs from its surroundings (standard input,
 * xenstore), hands each to introspector_run_job() and does as it says.
 * native/PROTOCOL.md is the specification of jobs and records.
 */
#ifndef INTROSPECTOR_H
#define INTROSPECTOR_H

/* Longest job, without its end. */
#define JOB_MAX 1000

enum introspector_next {
    INTROSPECTOR_CONTINUE, /* wait for another job */
    INTROSPECTOR_EXIT,     /* the job was to stop */
    INTROSPECTOR_BROKEN    /* output is lost: stop, this is an error */
};

/* Runs one job, a terminated string, and writes its records. Keeps nothing of the job. */
enum introspector_next introspector_run_job(const char *job);

#endif
