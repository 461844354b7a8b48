# Tests on the host, each program over the doubles that it needs. Included by native/Makefile.
#
#   check-NAME: its objects are those of check_NAME, in tests.h's TAP where there are many cases.
#
# CHECKED_BY is what looks over the program's shoulder: the sanitizers, or gcov (make coverage).

CHECKED_BY ?= -fsanitize=address,undefined -fno-sanitize-recover=all

CFLAGS_check := $(CFLAGS_COMMON) -O1 -Itests -fno-omit-frame-pointer $(CHECKED_BY)

check_library := $(shared) $(dom0) introspector/inbox.c platform/xen/domctl_version.c \
                 $(filter-out tests/fuzz.c,$(wildcard tests/*.c))
# A search over as many pages as a target may have would take most of the time of all tests.
$(OUT)/objects/check/workloads/dom0/user_pages.o: CFLAGS_check += '-DENTRIES_MAX=(1ull << 16)'

check_linux   := $(wildcard platform/linux/*.c platform/xen/*.c) tests/linux/test.c \
                 tests/linux/xen.c tests/linux/privcmd.c $(wildcard tests/platform/*.c) tests/runner.c
check_target  := target/parameters.c target/tests/test.c
fuzz          := $(shared) $(dom0) $(filter-out tests/main.c tests/runner.c tests/instance.c tests/test_%.c,$(wildcard tests/*.c))

# The kernel, and the platform above it, on a page of hypercalls of the tests'. As in the kernel,
# no vector register and no red zone lives across a hypercall. Of the domain's memory the first
# page is the stack, two are code, one has constants, and the image ends with the ninth.
CFLAGS_kernel := $(CFLAGS_check) -D__XEN_INTERFACE_VERSION__=__XEN_LATEST_INTERFACE_VERSION__ \
                 -DMINIOS_VERSION='"$(VERSION)"' -Dmachine_to_phys_mapping=test_m2p \
                 -fno-builtin -mgeneral-regs-only -mno-red-zone \
                 -Iminios/include -include minios/tests/rename.h

check_kernel_kernel := $(wildcard minios/*.c platform/minios/*.c platform/xen/*.c) \
                       introspector/inbox.c introspector/stamps.c tests/platform/guest.c \
                       tests/platform/contract.c $(addprefix minios/tests/,xen.c parts.c kernel.c domain.c)
check_kernel        := minios/tests/main.c minios/tests/host.c tests/runner.c
check_kernel_asm    := $(OUT)/objects/kernel/minios/tests/hypercalls.o
check_kernel_ld     := -Wl,--defsym=_text=domain_memory,--defsym=boot_stack=domain_memory \
                       -Wl,--defsym=boot_stack_end=domain_memory+0x1000 \
                       -Wl,--defsym=_code=domain_memory+0x1000,--defsym=_etext=domain_memory+0x3000 \
                       -Wl,--defsym=_erodata=domain_memory+0x4000,--defsym=minios_end=domain_memory+0x9000

$(check_kernel_asm): minios/tests/hypercalls.S
	@mkdir -p $(@D)
	$(CC) -c -o $@ $<

check_linux_ld := -Wl,--wrap=open,--wrap=ioctl,--wrap=mmap,--wrap=munmap

# Programs, whose main() is program_main() there: made by a copy of its object.
xen_double := tests/linux/xen.c tests/platform/guest.c tests/runner.c tests/programs/program.c

check_probe        := platform/linux/calls.c platform/xen/domctl_version.c $(xen_double) tests/programs/probe.c
check_probe_main   := probe/probe
check_reseed       := tests/runner.c tests/programs/program.c tests/programs/reseed.c
check_reseed_main  := reseed/reseed
check_reseed_ld    := -Wl,--wrap=ioctl
check_attendant    := attendant/store.c platform/linux/calls.c platform/xen/domctl_version.c \
                      $(xen_double) $(addprefix tests/programs/,attendant.c xenstored.c)
check_attendant_main := attendant/attendant
check_attendant_ld := -Wl,--wrap=socket,--wrap=connect,--wrap=open

check_linux-domain := $(filter-out introspector/run.c linux-domain/init.c,$(linux_domain)) \
                      $(xen_double) $(addprefix tests/programs/,linux_domain.c xenstored.c)
check_linux-domain_main := linux-domain/init
check_linux-domain_ld := -Wl,--wrap=open,--wrap=mount,--wrap=tcgetattr,--wrap=tcsetattr \
                         -Wl,--wrap=tcdrain,--wrap=mlockall,--wrap=reboot,--wrap=syscall
check_target-init  := target/events.c target/parameters.c tests/runner.c \
                      $(addprefix tests/programs/,program.c target.c)
check_target-init_main := target/init
check_target-init_ld := -Wl,--wrap=open,--wrap=mmap,--wrap=mount,--wrap=mkdir,--wrap=mlock,--wrap=reboot \
                        -Wl,--wrap=sleep,--wrap=sysconf,--wrap=sched_setscheduler,--wrap=sched_setaffinity
$(OUT)/objects/check/target/events.o: CFLAGS_check += -mno-red-zone # it pushes
check_introspector := $(filter-out introspector/main_linux.c,$(linux)) $(xen_double) \
                      tests/linux/privcmd.c tests/programs/introspector.c
check_introspector_main := introspector/main_linux
check_introspector_ld := $(check_linux_ld) -Wl,--wrap=mlockall

# As it is built for LibVMI, but for the headers, which are ours and what they lack.
CFLAGS_libvmi         := $(CFLAGS_check) -DTVMI_UPSTREAM='"0.15"' -include tests/upstream/libvmi.h
check_upstream_libvmi := $(filter upstream/% workloads/% vmi/% platform/xen/clock.c platform/linux/process.c,$(upstream)) \
                         $(addprefix introspector/,job.c records.c run.c text.c stamps.c) tests/upstream/test.c
check_upstream        := tests/runner.c tests/programs/program.c

.PRECIOUS: $(OUT)/objects/check/%.o
$(OUT)/objects/check/%.main.o: $(OUT)/objects/check/%.o
	$(OBJCOPY) --redefine-sym main=program_main $< $@

checks := library linux kernel target probe reseed attendant linux-domain introspector target-init upstream

$(foreach kind,check kernel libvmi,$(eval $(call compile,$(kind))))

define check_program
$(OUT)/check-$(1): $(patsubst %.c,$(OUT)/objects/check/%.o,$(check_$(1))) \
                   $(patsubst %.c,$(OUT)/objects/kernel/%.o,$(check_$(1)_kernel)) \
                   $(patsubst %.c,$(OUT)/objects/libvmi/%.o,$(check_$(1)_libvmi)) \
                   $(patsubst %,$(OUT)/objects/check/%.main.o,$(check_$(1)_main)) $(check_$(1)_asm)
	$$(CC) $$(CHECKED_BY) $(check_$(1)_ld) -o $$@ $$^

.PHONY: check-$(1)
check-$(1): $(OUT)/check-$(1)
	$$<
endef
$(foreach name,$(checks),$(eval $(call check_program,$(name))))

.PHONY: check checks list-checks fuzz coverage
check: $(addprefix check-,$(checks))

# What check runs: made, and told.
checks: $(addprefix $(OUT)/check-,$(checks))
list-checks:
	@echo $(addprefix $(OUT)/check-,$(checks))

fuzz: $(OUT)/fuzz
	$(OUT)/fuzz $(FUZZ_SECONDS)

$(OUT)/fuzz: $(patsubst %.c,$(OUT)/objects/check/%.o,$(fuzz))
	$(CC) $(CHECKED_BY) -o $@ $^

# Counts of an earlier run would be added to.
coverage:
	@rm -rf $(OUT)/coverage && mkdir -p $(OUT)
	@$(MAKE) -s OUT=$(OUT)/coverage CHECKED_BY=--coverage check > $(OUT)/coverage.log || \
	    { grep -v '^ok' $(OUT)/coverage.log; exit 1; }
	@cd .. && node --import tsx native/coverage/main.ts $(abspath $(OUT)/coverage) $(DOCUMENT)
