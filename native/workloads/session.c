/*
 * session.c - see session.h.
 */
#include "session.h"

#include <tvmi.h>

void session_explain(const struct session *s, struct text *error)
{
    const struct tvmi_fault *fault = tvmi_last_fault(s->vmi);

    text_add(error, fault->reason ? fault->reason : "no reason is known");
    text_add(error, " (");
    text_add(error, tvmi_errno_name(fault->error));
    text_add(error, "), address ");
    text_hex(error, fault->address);
    if (fault->level) {
        text_add(error, ", level ");
        text_u64(error, fault->level);
    }
    text_add(error, ", value ");
    text_hex(error, fault->value);
}

static bool find_paging(struct session *s, const struct job *job)
{
    if (job->levels)
        return tvmi_set_paging(s->vmi, (unsigned int)job->levels, 52) == 0;
    if (job->cr3)
        return tvmi_set_paging(s->vmi, 4, 52) == 0;
    return vmi_init_paging(s->vmi, 0) == VMI_PM_IA32E;
}

static bool find_address_space(struct session *s, const struct job *job)
{
    s->cr3 = job->cr3;
    return job->cr3 || vmi_get_vcpureg(s->vmi, &s->cr3, CR3, 0) == VMI_SUCCESS;
}

bool session_open_domain(struct session *s, const struct job *job, struct text *error)
{
    struct tvmi_target target = {.translated = job->type != JOB_PV};
    union {
        vmi_init_data_t data;
        char room[sizeof(vmi_init_data_t) + sizeof(vmi_init_data_entry_t)];
    } init = {.data.count = 1};

    init.data.entry[0] = (vmi_init_data_entry_t){TVMI_INIT_DATA_TARGET, &target};
    if (!vmi_init(&s->vmi, VMI_XEN, &job->domid, VMI_INIT_DOMAINID, &init.data, NULL))
        return true;
    text_add(error, "domain ");
    text_u64(error, job->domid);
    text_add(error, " cannot be opened");
    return false;
}

bool session_find_space(struct session *s, const struct job *job, struct text *error)
{
    if (find_paging(s, job) && find_address_space(s, job)) {
        s->levels = tvmi_levels(s->vmi);
        tvmi_set_kernel_dtb(s->vmi, s->cr3);
        return true;
    }
    session_explain(s, error);
    return false;
}

bool session_open(struct session *s, const struct job *job, struct text *error)
{
    if (!session_open_domain(s, job, error))
        return false;
    if (session_find_space(s, job, error))
        return true;
    session_close(s);
    return false;
}

void session_close(struct session *s)
{
    vmi_destroy(s->vmi);
    s->vmi = NULL;
}
