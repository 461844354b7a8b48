/*
 * hypercalls.h - requests to Xen that the shared files of this folder need; each
 * platform makes them in its own way. All return 0 or a negative errno.
 */
#ifndef PLATFORM_XEN_HYPERCALLS_H
#define PLATFORM_XEN_HYPERCALLS_H

#ifndef __XEN_TOOLS__
#define __XEN_TOOLS__ 1
#endif
#include <stdbool.h>
#include <stdint.h>
#include <xen/xen.h>
#include <xen/domctl.h>
#include <xen/hvm/dm_op.h>
#include <xen/memory.h>

#include <platform.h>

domid_t xen_target(const struct platform *p);
bool xen_target_translated(const struct platform *p);

/* Memory that a request may point to, until the next one. */
#define XEN_BUFFER_SIZE 8192
void *xen_buffer(struct platform *p);

/*
 * Between these two something of ours is on the target (a ring, a pause), and an
 * introspector that is asked to end does not before it is off. They count.
 */
void xen_hold(struct platform *p);
void xen_let_go(struct platform *p);

/* On the target: its domid and the interface's version are filled in here. */
int xen_domctl(struct platform *p, struct xen_domctl *op);

/* HVM_PARAM_* of the target (xen/hvm/params.h). */
int xen_hvm_param(struct platform *p, uint32_t index, uint64_t *value);

/* XENMEM_populate_physmap or XENMEM_decrease_reservation of one frame of the target. */
int xen_reservation(struct platform *p, unsigned int command, uint64_t gfn);

/* XENMEM_access_op on the target; its domid is filled in here. */
int xen_mem_access(struct platform *p, struct xen_mem_access_op *op);

int xen_dm_op(struct platform *p, struct xen_dm_op *op);

#endif
