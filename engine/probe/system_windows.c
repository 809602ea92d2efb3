/* SPDX-License-Identifier: Apache-2.0 */
/* What Windows tells by functions of its own: memory, its start, the time
 * zone, the CPU, and which programs listen. */

#include "base/buf.h"
#include "probe/host_windows.h"

#include <iphlpapi.h>
#include <psapi.h>
#include <winsock2.h>

/* ---- memory ---- */

struct swap {
    uint64_t total; /* pages */
    uint64_t used;
};

static BOOL CALLBACK add_page_file(LPVOID context,
                                   PENUM_PAGE_FILE_INFORMATION file,
                                   LPCWSTR name)
{
    struct swap *swap = context;
    (void)name;
    swap->total += file->TotalSize;
    swap->used += file->TotalInUse;
    return TRUE;
}

static void read_memory(struct ar_arena *arena, struct ar_host_output *out)
{
    MEMORYSTATUSEX memory = {.dwLength = sizeof(memory)};
    struct swap swap = {0, 0};
    SYSTEM_INFO system;
    GetSystemInfo(&system);
    if (!GlobalMemoryStatusEx(&memory) ||
        !EnumPageFilesW(add_page_file, &swap)) {
        ar_windows_refuse(arena, GetLastError(), out);
        return;
    }
    uint64_t unit = system.dwPageSize;
    out->out = ar_str_printf(
        arena, "%llu %llu %llu %llu", memory.ullTotalPhys, memory.ullAvailPhys,
        (unsigned long long)(swap.total * unit),
        (unsigned long long)((swap.total - swap.used) * unit));
}

/* ---- clocks ---- */

static void read_booted(struct ar_host *host, struct ar_arena *arena,
                        struct ar_host_output *out)
{
    int64_t since_us = (int64_t)GetTickCount64() * 1000;
    out->out = ar_str_printf(
        arena, "%lld", (long long)(host->functions->time_us(host) - since_us));
}

static void read_time_zone(struct ar_arena *arena, struct ar_host_output *out)
{
    DYNAMIC_TIME_ZONE_INFORMATION zone = {0};
    if (GetDynamicTimeZoneInformation(&zone) == TIME_ZONE_ID_INVALID)
        ar_windows_refuse(arena, GetLastError(), out);
    else if (!ar_windows_narrow(arena, zone.TimeZoneKeyName, &out->out))
        ar_host_refuse(out, AR_HOST_FAILED, AR_STR("it is not UTF-16"));
}

/* ---- the CPU ---- */

static void read_cpu(struct ar_host *host, struct ar_arena *arena,
                     struct ar_host_output *out)
{
#define CPU_KEY "HKLM\\HARDWARE\\DESCRIPTION\\System\\CentralProcessor\\0\\"
    struct ar_host_output model = {0};
    ar_windows_registry(host, arena, AR_STR(CPU_KEY "VendorIdentifier"), out);
    if (out->status != AR_HOST_DONE)
        return;
    ar_windows_registry(host, arena, AR_STR(CPU_KEY "ProcessorNameString"),
                        &model);
    ar_str vendor = out->out;
    *out = model;
    if (model.status == AR_HOST_DONE)
        out->out = ar_str_join(arena, vendor, AR_STR("\n"), model.out);
#undef CPU_KEY
}

static void read_firmware(struct ar_host_output *out)
{
    enum { VIRTUALIZATION_IN_FIRMWARE = 21 };
    out->out = IsProcessorFeaturePresent(VIRTUALIZATION_IN_FIRMWARE)
                   ? AR_STR("1")
                   : AR_STR("0");
}

/* ---- who listens ---- */

/* The name of the program without its folder; "?" if the system keeps it
 * back. */
static ar_str name_program(struct ar_arena *arena, DWORD process)
{
    wchar_t path[1024];
    DWORD size = AR_COUNT_OF(path);
    ar_str text = AR_STR("?");
    HANDLE handle =
        OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, process);
    if (!handle)
        return text;
    bool is_known = QueryFullProcessImageNameW(handle, 0, path, &size) &&
                    ar_windows_narrow(arena, path, &text);
    CloseHandle(handle);
    if (!is_known)
        return AR_STR("?");
    size_t start = text.len;
    while (start > 0 && text.ptr[start - 1] != '\\')
        start--;
    return ar_str_slice(text, start, text.len);
}

static void put_listener(struct ar_buf *lines, const char *protocol,
                         ar_str address, DWORD port, DWORD process)
{
    const uint16_t number = (uint16_t)((port & 0xFF) << 8 | (port >> 8 & 0xFF));
    ar_buf_printf(lines, "%s " AR_STR_FORMAT " %u %lu " AR_STR_FORMAT "\n",
                  protocol, AR_STR_ARG(address), (unsigned)number,
                  (unsigned long)process,
                  AR_STR_ARG(name_program(lines->arena, process)));
}

static ar_str text_of_v4(struct ar_arena *arena, DWORD address)
{
    const uint8_t *bytes = (const uint8_t *)&address;
    return ar_str_printf(arena, "%u.%u.%u.%u", bytes[0], bytes[1], bytes[2],
                         bytes[3]);
}

static ar_str text_of_v6(struct ar_arena *arena, const UCHAR *bytes)
{
    struct ar_buf text = AR_BUF(arena);
    for (unsigned ix = 0; ix < 16; ix += 2)
        ar_buf_printf(&text, ix > 0 ? ":%x" : "%x",
                      (unsigned)bytes[ix] << 8 | bytes[ix + 1]);
    return ar_buf_view(&text);
}

/* The size may change between asking and reading. */
static void *read_table(struct ar_arena *arena, bool is_tcp, ULONG family)
{
    DWORD size = 16384;
    for (int tries = 0; tries < 8; tries++) {
        void *table = ar_arena_alloc(arena, size);
        DWORD status =
            is_tcp ? GetExtendedTcpTable(table, &size, FALSE, family,
                                         TCP_TABLE_OWNER_PID_LISTENER, 0)
                   : GetExtendedUdpTable(table, &size, FALSE, family,
                                         UDP_TABLE_OWNER_PID, 0);
        if (status == NO_ERROR)
            return table;
        if (status != ERROR_INSUFFICIENT_BUFFER)
            return NULL;
    }
    return NULL;
}

static bool put_v4(struct ar_buf *lines)
{
    MIB_TCPTABLE_OWNER_PID *tcp = read_table(lines->arena, true, AF_INET);
    MIB_UDPTABLE_OWNER_PID *udp = read_table(lines->arena, false, AF_INET);
    for (DWORD ix = 0; tcp && ix < tcp->dwNumEntries; ix++)
        put_listener(lines, "tcp",
                     text_of_v4(lines->arena, tcp->table[ix].dwLocalAddr),
                     tcp->table[ix].dwLocalPort, tcp->table[ix].dwOwningPid);
    for (DWORD ix = 0; udp && ix < udp->dwNumEntries; ix++)
        put_listener(lines, "udp",
                     text_of_v4(lines->arena, udp->table[ix].dwLocalAddr),
                     udp->table[ix].dwLocalPort, udp->table[ix].dwOwningPid);
    return tcp && udp;
}

static bool put_v6(struct ar_buf *lines)
{
    MIB_TCP6TABLE_OWNER_PID *tcp = read_table(lines->arena, true, AF_INET6);
    MIB_UDP6TABLE_OWNER_PID *udp = read_table(lines->arena, false, AF_INET6);
    for (DWORD ix = 0; tcp && ix < tcp->dwNumEntries; ix++)
        put_listener(lines, "tcp",
                     text_of_v6(lines->arena, tcp->table[ix].ucLocalAddr),
                     tcp->table[ix].dwLocalPort, tcp->table[ix].dwOwningPid);
    for (DWORD ix = 0; udp && ix < udp->dwNumEntries; ix++)
        put_listener(lines, "udp",
                     text_of_v6(lines->arena, udp->table[ix].ucLocalAddr),
                     udp->table[ix].dwLocalPort, udp->table[ix].dwOwningPid);
    return tcp && udp;
}

static void read_listeners(struct ar_arena *arena, struct ar_host_output *out)
{
    struct ar_buf lines = AR_BUF(arena);
    if (put_v4(&lines) && put_v6(&lines))
        out->out = ar_buf_view(&lines);
    else
        ar_host_refuse(out, AR_HOST_FAILED,
                       AR_STR("the system does not list its sockets"));
}

void ar_windows_system(struct ar_host *host, struct ar_arena *arena,
                       enum ar_host_system what, struct ar_host_output *out)
{
    *out = (struct ar_host_output){.exit_code = -1};
    switch (what) {
    case AR_HOST_SYSTEM_MEMORY: read_memory(arena, out); break;
    case AR_HOST_SYSTEM_BOOTED: read_booted(host, arena, out); break;
    case AR_HOST_SYSTEM_TIME_ZONE: read_time_zone(arena, out); break;
    case AR_HOST_SYSTEM_CPU: read_cpu(host, arena, out); break;
    case AR_HOST_SYSTEM_LISTENERS: read_listeners(arena, out); break;
    case AR_HOST_SYSTEM_FIRMWARE: read_firmware(out); break;
    case AR_HOST_SYSTEM_CLOCK:
    case AR_HOST_SYSTEM_GUEST:
        ar_host_unsupported(out, AR_STR("Windows tells it otherwise"));
        break;
    }
}
