# What one directory of Linux builds: its own Makefile, read by Kbuild's own rules
# (scripts/Makefile.lib), without building anything. Run in the source tree:
#
#   make -srRf kbuild.mk CONFIG=<.config> obj=<directory> print
#
# Prints one word a line: "builtin <object>", "module <object>", "library <object>",
# "ko <module>", "enter <directory>" and "enter-module <directory>". ARCH_DIRECTORIES in
# the environment: what the architecture's Makefile adds to the top directory's list.

srctree        := .
objtree        := .
src            := $(obj)
ARCH           := x86
SRCARCH        := x86
BITS           := 64
CONFIG_SHELL   := sh
KBUILD_BUILTIN := 1
KBUILD_MODULES := 1
need-builtin   := 1
need-modorder  := 1
export srctree objtree ARCH SRCARCH BITS

.PHONY: print
print:

include $(CONFIG)

obj-y    :=
obj-m    :=
lib-y    :=
lib-m    :=
always-y :=
always-m :=
targets  :=
subdir-y :=
subdir-m :=

include scripts/Kbuild.include
$(eval $(value ARCH_DIRECTORIES))
include $(firstword $(wildcard $(obj)/Kbuild) $(obj)/Makefile)

directories-y := $(patsubst %/,%,$(filter %/,$(obj-y) $(lib-y)))
directories-m := $(patsubst %/,%,$(filter %/,$(obj-m)))

include scripts/Makefile.lib

say = $(foreach word,$(2),$(info $(1) $(word)))
$(call say,builtin,$(filter %.o,$(real-obj-y)))
$(call say,module,$(filter %.o,$(real-obj-m)))
$(call say,library,$(filter %.o,$(lib-y)))
$(call say,ko,$(patsubst %.o,%.ko,$(filter %.o,$(obj-m))))
$(call say,enter,$(directories-y))
$(call say,enter-module,$(directories-m))
