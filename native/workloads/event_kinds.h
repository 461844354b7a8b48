/*
 * event_kinds.h - kinds of event of a job: what to ask Xen for, and the answer after
 * which the guest goes on as if nobody had listened.
 */
#ifndef WORKLOADS_EVENT_KINDS_H
#define WORKLOADS_EVENT_KINDS_H

#include <stdbool.h>
#include <stdint.h>

#include <libvmi/events.h>

#include "event_stream.h"

/* Whether Xen's set of kinds has it (tvmi_events_capabilities()). */
bool event_kind_offered(uint32_t offered, uint64_t kind);

/* An event of the kind, to be registered. @data is for the callback. */
void event_kind_listener(vmi_event_t *event, uint64_t kind, event_callback_t callback, void *data);

/* What a callback does and returns: the one place that knows what each kind needs. */
event_response_t event_kind_answer(uint64_t kind, vmi_event_t *event);

#endif
