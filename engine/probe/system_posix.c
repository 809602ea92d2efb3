/* SPDX-License-Identifier: Apache-2.0 */
/* What POSIX systems tell by functions of their own: Linux of its clock, macOS
 * of memory, CPU and what runs below it. */

#ifdef __linux__
#define _DEFAULT_SOURCE /* adjtimex() */
#endif

#include "probe/host_parts.h"
#include "probe/machine_posix.h"

static void refuse(struct ar_host_output *out)
{
    ar_host_unsupported(out, AR_STR("this system does not tell"));
}

#ifdef __linux__

#include <sys/timex.h>

/* Whoever keeps the clock right takes the mark away. */
static void read_clock(struct ar_host_output *out)
{
    struct timex state = {.modes = 0};
    if (adjtimex(&state) < 0)
        ar_host_refuse(out, AR_HOST_FAILED, AR_STR("adjtimex() failed"));
    else
        out->out = state.status & STA_UNSYNC ? AR_STR("0") : AR_STR("1");
}

void ar_posix_system(struct ar_host *host, struct ar_arena *arena,
                     enum ar_host_system what, struct ar_host_output *out)
{
    (void)host;
    (void)arena;
    *out = (struct ar_host_output){.exit_code = -1};
    if (what == AR_HOST_SYSTEM_CLOCK)
        read_clock(out);
    else
        refuse(out);
}

#elif defined(__APPLE__)

#include <mach/mach.h>
#include <sys/sysctl.h>
#include <sys/time.h>

static bool read_sysctl(const char *name, void *value, size_t size)
{
    size_t length = size;
    return sysctlbyname(name, value, &length, NULL, 0) == 0 && length <= size;
}

/* What programs could still get: free pages and those that are given back
 * without writing. */
static void read_memory(struct ar_arena *arena, struct ar_host_output *out)
{
    uint64_t total = 0;
    struct xsw_usage swap = {0};
    vm_statistics64_data_t pages;
    mach_msg_type_number_t count = HOST_VM_INFO64_COUNT;
    vm_size_t page_bytes = 0;
    mach_port_t port = mach_host_self();
    bool is_known =
        read_sysctl("hw.memsize", &total, sizeof(total)) &&
        read_sysctl("vm.swapusage", &swap, sizeof(swap)) &&
        host_page_size(port, &page_bytes) == KERN_SUCCESS &&
        host_statistics64(port, HOST_VM_INFO64, (host_info64_t)&pages,
                          &count) == KERN_SUCCESS;
    mach_port_deallocate(mach_task_self(), port);
    if (!is_known) {
        refuse(out);
        return;
    }
    uint64_t available =
        ((uint64_t)pages.free_count + pages.inactive_count) * page_bytes;
    out->out = ar_str_printf(
        arena, "%llu %llu %llu %llu", (unsigned long long)total,
        (unsigned long long)available, (unsigned long long)swap.xsu_total,
        (unsigned long long)swap.xsu_avail);
}

static void read_booted(struct ar_arena *arena, struct ar_host_output *out)
{
    struct timeval booted;
    if (read_sysctl("kern.boottime", &booted, sizeof(booted)))
        out->out = ar_str_printf(arena, "%lld",
                                 (long long)booted.tv_sec * 1000000 +
                                     (long long)booted.tv_usec);
    else
        refuse(out);
}

static void read_cpu(struct ar_arena *arena, struct ar_host_output *out)
{
    char vendor[128] = {0};
    char model[128] = {0};
    if (!read_sysctl("machdep.cpu.brand_string", model, sizeof(model) - 1)) {
        refuse(out);
        return;
    }
    /* Only Intel's have a vendor of their own there. */
    bool has_vendor =
        read_sysctl("machdep.cpu.vendor", vendor, sizeof(vendor) - 1);
    out->out =
        ar_str_printf(arena, "%s\n%s\n", has_vendor ? vendor : "Apple", model);
}

static void read_guest(struct ar_host_output *out)
{
    int is_guest = 0;
    if (read_sysctl("kern.hv_vmm_present", &is_guest, sizeof(is_guest)))
        out->out = is_guest ? AR_STR("1") : AR_STR("0");
    else
        refuse(out);
}

void ar_posix_system(struct ar_host *host, struct ar_arena *arena,
                     enum ar_host_system what, struct ar_host_output *out)
{
    (void)host;
    *out = (struct ar_host_output){.exit_code = -1};
    switch (what) {
    case AR_HOST_SYSTEM_MEMORY: read_memory(arena, out); break;
    case AR_HOST_SYSTEM_BOOTED: read_booted(arena, out); break;
    case AR_HOST_SYSTEM_CPU: read_cpu(arena, out); break;
    case AR_HOST_SYSTEM_GUEST: read_guest(out); break;
    case AR_HOST_SYSTEM_TIME_ZONE:
    case AR_HOST_SYSTEM_CLOCK:
    case AR_HOST_SYSTEM_FIRMWARE:
    case AR_HOST_SYSTEM_LISTENERS: refuse(out); break;
    }
}

#else

void ar_posix_system(struct ar_host *host, struct ar_arena *arena,
                     enum ar_host_system what, struct ar_host_output *out)
{
    (void)host;
    (void)arena;
    (void)what;
    *out = (struct ar_host_output){.exit_code = -1};
    refuse(out);
}

#endif
