/*
 * console.h - the PV console (xen/io/console.h).
 */
#ifndef MINIOS_CONSOLE_H
#define MINIOS_CONSOLE_H

struct consfront_dev;

/* printk(): formatted text of at most 1023 bytes; blocks until all is taken. */
void printk(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * xencons_ring_send(): hand @len bytes to the console; @dev is NULL, the
 * domain's first console. Returns the number taken: in this kernel all of them,
 * after blocking while the ring is full; in upstream perhaps fewer.
 */
int xencons_ring_send(struct consfront_dev *dev, const char *data, unsigned len);

#endif
