# The Dom0 arm with upstream LibVMI, where pkg-config finds one: the same workloads,
# compiled against its headers. Included by native/Makefile, which defines CFLAGS_linux.
#
# The headers that LibVMI lacks are reached by links, since native/include would shadow
# its libvmi/libvmi.h. The program, and what it loads, look for
# libraries beside it first (DT_RPATH: a RUNPATH would not count for LibVMI's dlopen()).

LIBVMI_CFLAGS  = $(shell pkg-config --cflags libvmi)
LIBVMI_LIBS    = $(shell pkg-config --libs libvmi)
LIBVMI_VERSION = $(shell pkg-config --modversion libvmi)

CFLAGS_upstream = $(subst -Iinclude,-I$(OUT)/upstream-include $(LIBVMI_CFLAGS),$(CFLAGS_linux)) \
                  -DTVMI_UPSTREAM='"$(LIBVMI_VERSION)"'

upstream := upstream/tvmi.c upstream/table.c vmi/errno_name.c platform/linux/process.c \
            platform/xen/clock.c introspector/main_linux.c introspector/set_target.c \
            platform/linux/calls.c platform/xen/domctl_version.c \
            $(filter workloads/page_walk.c workloads/session.c workloads/clock.c \
                     workloads/stamps.c introspector/%,$(shared))

upstream_headers := $(patsubst %,$(OUT)/upstream-include/%,platform.h tvmi.h)

$(upstream_headers): $(OUT)/upstream-include/%: include/%
	@mkdir -p $(@D)
	ln -sf $(abspath $<) $@

$(OUT)/objects/upstream/%.o: %.c Makefile upstream/upstream.mk $(upstream_headers)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_upstream) -c -o $@ $<

$(OUT)/introspector-libvmi: $(call objects,upstream)
	$(CC) -no-pie -Wl,-Map=$@.map -Wl,--disable-new-dtags,-rpath,'$$ORIGIN' -o $@ $^ \
	    $(LIBVMI_LIBS) -lxencall
