# The target's init. Included by native/Makefile, which defines OUT.

# No red zone: events.c pushes.
target_cflags := -std=gnu11 -O2 -Wall -Wextra -Werror -mno-red-zone

$(OUT)/target-init: target/init.c target/events.c target/parameters.c \
                    target/events.h workloads/event_stream.h target/parameters.h target/pattern.h workloads/digest.h
	@mkdir -p $(@D)
	$(CC) $(target_cflags) -static -s -o $@ $(filter %.c,$^)
