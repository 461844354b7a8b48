/*
 * store.h - xenstore by its socket (Xen: docs/misc/xenstore.txt; the messages are
 * those of xen/io/xs_wire.h). One request at a time.
 */
#ifndef ATTENDANT_STORE_H
#define ATTENDANT_STORE_H

#include <stddef.h>

/* A connection to xenstored, or a negative errno. */
int store_open(void);

/* Each returns 0 or a negative errno: xenstored's own word, or what became of the connection. */
int store_write(int store, const char *path, const char *value);

/* Sets permissions as xenstore-chmod takes them: the owner's first ("n0", "r7"). */
int store_set_perms(int store, const char *path, char *const perms[], size_t n);

/* Reads a value of less than `size` bytes; it ends with a zero. */
int store_read(int store, const char *path, char *value, size_t size);

#endif
