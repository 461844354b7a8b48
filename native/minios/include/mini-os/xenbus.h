/*
 * xenbus.h - xenstore (xen/io/xs_wire.h; docs/misc/xenstore.txt of Xen).
 *
 * Paths without a leading slash are relative to the domain's own folder,
 * /local/domain/<domid>. A call that can fail returns NULL, or the error's name
 * ("ENOENT", "EACCES", ...) in memory that the caller frees with free().
 */
#ifndef MINIOS_XENBUS_H
#define MINIOS_XENBUS_H

#include <stdint.h>
#include <xen/io/xs_wire.h>

typedef unsigned long xenbus_transaction_t;
#define XBT_NIL ((xenbus_transaction_t)0)

/* A watch that fired, in the order of firing. */
struct xenbus_event {
    char *path;
    char *token;
    struct xenbus_event *next;
};
typedef struct xenbus_event *xenbus_event_queue;

/* xenbus_read(): *value receives the text, NUL-terminated, to be freed. */
char *xenbus_read(xenbus_transaction_t xbt, const char *path, char **value);
char *xenbus_write(xenbus_transaction_t xbt, const char *path,
                   const char *value);

/*
 * xenbus_watch_path_token(): have changes of @path and below put on *@events.
 * Xenstore fires every watch once when it is set.
 */
char *xenbus_watch_path_token(xenbus_transaction_t xbt, const char *path,
                              const char *token, xenbus_event_queue *events);

/* xenbus_wait_for_watch(): block until a watch fired, and forget that one. */
void xenbus_wait_for_watch(xenbus_event_queue *queue);

#endif
