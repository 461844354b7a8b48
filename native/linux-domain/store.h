/*
 * store.h - a domain's own folder in xenstore, by the kernel's device.
 */
#ifndef LINUX_DOMAIN_STORE_H
#define LINUX_DOMAIN_STORE_H

#include <stdbool.h>

struct store {
    int device;
    bool fired; /* a watch did, while something else was waited for */
};

/* 0 or a negative errno. */
int store_open(struct store *s);

/* Reports changes of @path, and that it is there now. 0 or a negative errno. */
int store_watch(struct store *s, const char *path);

/* Blocks until a watched path has changed. 0 or a negative errno. */
int store_wait(struct store *s);

/* The value of @path, to be freed; NULL when there is none, or with errno set. */
char *store_read(struct store *s, const char *path);

#endif
