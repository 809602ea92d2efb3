/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a hypervisor runs below this system, and which one. Of x86 the CPU
 * tells, of all the firmware; a program under an emulator sees the CPU of the
 * emulator. */

#include "probe/signs.h"

#include <string.h>

struct vendor {
    const char *sign;
    const char *name; /* a word of the enum */
};

enum answer { ANSWER_UNKNOWN, ANSWER_NO, ANSWER_YES };

struct guest {
    enum answer is_present;
    enum answer is_guest; /* and not the machine that hosts guests */
    ar_str cpu;           /* what the CPU names; or empty */
    ar_str firmware;      /* what the firmware names; or empty */
    bool has_firmware;
    ar_str how;
};

/* ---- the CPU ---- */

static ar_str name_vendor(const uint32_t registers[4])
{
    static const struct vendor vendors[] = {
        {"KVMKVMKVM", "kvm"},           {"Linux KVM Hv", "kvm"},
        {"Microsoft Hv", "hyperv"},     {"VMwareVMware", "vmware"},
        {"VBoxVBoxVBox", "virtualbox"}, {"XenVMMXenVMM", "xen"},
        {"TCGTCGTCGTCG", "qemu"},       {" lrpepyh  vr", "parallels"},
        {"prl hyperv", "parallels"},    {"bhyve bhyve", "bhyve"},
    };
    char text[13] = {0};
    memcpy(text, registers + 1, 12);
    for (size_t ix = 0; ix < AR_COUNT_OF(vendors); ix++)
        if (ar_str_starts_with(ar_str_from_c(text),
                               ar_str_from_c(vendors[ix].sign)))
            return ar_str_from_c(vendors[ix].name);
    return (ar_str){"", 0};
}

/* A hypervisor that also speaks as Hyper-V, so that Windows feels at home,
 * names itself behind that. */
static ar_str read_vendor(struct ar_host *host)
{
    enum { FIRST = 0x40000000, LAST = 0x40000400, STEP = 0x100 };
    ar_str name = {"", 0};
    for (uint32_t leaf = FIRST; leaf <= LAST; leaf += STEP) {
        uint32_t registers[4];
        if (!host->functions->cpuid(host, leaf, registers))
            continue;
        ar_str found = name_vendor(registers);
        if (found.len > 0 && (name.len == 0 || ar_str_equal_c(name, "hyperv")))
            name = found;
    }
    return name;
}

/* Windows itself runs on its hypervisor, with the right to make guests. */
static bool makes_guests(struct ar_host *host)
{
    enum { HYPERV_FEATURES = 0x40000003, CREATE_PARTITIONS = 1 };
    uint32_t registers[4];
    return host->functions->cpuid(host, HYPERV_FEATURES, registers) &&
           (registers[1] & CREATE_PARTITIONS);
}

static void ask_cpu(struct ar_question *question, struct guest *guest,
                    struct ar_buf *how)
{
    enum { IS_PRESENT = 31 };
    struct ar_host *host = question->host;
    uint32_t registers[4];
    if (host->emulation != AR_EMULATION_NO ||
        !host->functions->cpuid(host, 1, registers))
        return;
    ar_sign_note(how, "CPUID");
    guest->is_present = registers[2] >> IS_PRESENT & 1 ? ANSWER_YES : ANSWER_NO;
    guest->is_guest = guest->is_present;
    if (guest->is_present != ANSWER_YES)
        return;
    guest->cpu = read_vendor(host);
    if (ar_str_equal_c(guest->cpu, "hyperv") && makes_guests(host))
        guest->is_guest = ANSWER_NO;
}

/* ---- the firmware ---- */

static ar_str name_firmware(ar_str text)
{
    static const struct vendor vendors[] = {
        {"VirtualBox", "virtualbox"},
        {"innotek GmbH", "virtualbox"},
        {"VMware", "vmware"},
        {"Parallels", "parallels"},
        {"QEMU", "qemu"},
        {"KVM", "kvm"},
        {"BHYVE", "bhyve"},
        {"HVM domU", "xen"},
        {"Xen", "xen"},
        {"Virtual Machine", "hyperv"},
        {"Apple Virtualization", "apple"},
        {"Google Compute Engine", "kvm"},
    };
    for (size_t ix = 0; ix < AR_COUNT_OF(vendors); ix++)
        if (ar_sign_has(text, vendors[ix].sign))
            return ar_str_from_c(vendors[ix].name);
    return (ar_str){"", 0};
}

static void put_registry(struct ar_question *question, struct ar_buf *text,
                         const char *name)
{
    struct ar_host_output output = {0};
    ar_str path = ar_str_printf(
        question->arena, "HKLM\\HARDWARE\\DESCRIPTION\\System\\BIOS\\%s", name);
    question->host->functions->registry(question->host, question->arena, path,
                                        &output);
    if (output.status == AR_HOST_DONE)
        ar_buf_put(text, output.out);
    ar_buf_put_char(text, '\n');
}

static void put_file(struct ar_question *question, struct ar_buf *text,
                     const char *path)
{
    ar_str content;
    ar_sign_read(question, path, &content);
    ar_buf_put(text, ar_str_trim(content));
    ar_buf_put_char(text, '\n');
}

static void ask_firmware(struct ar_question *question, struct guest *guest,
                         struct ar_buf *how)
{
    struct ar_buf text = AR_BUF(question->arena);
    if (strcmp(question->host->platform, "windows") == 0) {
        put_registry(question, &text, "SystemManufacturer");
        put_registry(question, &text, "SystemProductName");
    } else {
        put_file(question, &text, "/sys/class/dmi/id/sys_vendor");
        put_file(question, &text, "/sys/class/dmi/id/product_name");
        put_file(question, &text, "/sys/class/dmi/id/bios_vendor");
    }
    ar_str found = ar_buf_view(&text);
    guest->has_firmware = ar_str_trim(found).len > 0;
    guest->firmware = name_firmware(found);
    if (guest->has_firmware)
        ar_sign_note(how, "the names in the firmware");
}

/* Where there is no such firmware, the tree of devices and /sys tell. */
static void ask_tree(struct ar_question *question, struct guest *guest,
                     struct ar_buf *how)
{
    ar_str text;
    if (guest->firmware.len > 0)
        return;
    if (ar_sign_read(question, "/sys/hypervisor/type", &text) &&
        ar_sign_has(text, "xen")) {
        ar_sign_note(how, "/sys/hypervisor/type");
        guest->firmware = AR_STR("xen");
        ar_sign_read(question, "/proc/xen/capabilities", &text);
        if (ar_sign_has(text, "control_d")) {
            guest->is_present = ANSWER_YES;
            guest->is_guest = ANSWER_NO;
        }
        return;
    }
    if (!ar_sign_read(question, "/proc/device-tree/hypervisor/compatible",
                      &text))
        return;
    ar_sign_note(how, "/proc/device-tree");
    if (ar_sign_has(text, "linux,kvm"))
        guest->firmware = AR_STR("kvm");
    else if (ar_sign_has(text, "xen"))
        guest->firmware = AR_STR("xen");
    else if (ar_sign_has(text, "vmware"))
        guest->firmware = AR_STR("vmware");
}

/* macOS says yes or no, and on its own CPUs only its own hypervisor runs. */
static void ask_system(struct ar_question *question, struct guest *guest,
                       struct ar_buf *how)
{
    struct ar_host_output output = {0};
    question->host->functions->tell(question->host, question->arena,
                                    AR_HOST_SYSTEM_GUEST, &output);
    if (output.status != AR_HOST_DONE)
        return;
    ar_sign_note(how, "sysctl kern.hv_vmm_present");
    guest->is_present =
        ar_str_equal_c(output.out, "1") ? ANSWER_YES : ANSWER_NO;
    guest->is_guest = guest->is_present;
    if (guest->is_present == ANSWER_YES && guest->cpu.len == 0)
        guest->firmware = AR_STR("apple");
}

/* ---- both ---- */

static const struct guest *collect(struct ar_question *question)
{
    const ar_str key = AR_STR("guest:signs");
    struct guest *guest = ar_map_get(question->kept, key);
    if (guest)
        return guest;
    struct ar_buf how = AR_BUF(question->arena);
    guest = AR_NEW(question->arena, struct guest);
    ask_cpu(question, guest, &how);
    ask_firmware(question, guest, &how);
    ask_tree(question, guest, &how);
    ask_system(question, guest, &how);
    guest->how = how.len > 0 ? ar_buf_view(&how)
                             : AR_STR("CPUID, the firmware and /sys");
    ar_map_put(question->arena, question->kept, key, guest);
    return guest;
}

static ar_value dispute(void)
{
    return ar_sign_unknown(AR_REASON_conflict,
                           "the firmware names a hypervisor, and the CPU says "
                           "there is none");
}

ar_value ar_builtin_find_hypervisor_present(struct ar_question *question)
{
    const struct guest *guest = collect(question);
    question->how = guest->how;
    if (guest->is_present == ANSWER_NO && guest->firmware.len > 0)
        return dispute();
    if (guest->is_present != ANSWER_UNKNOWN || guest->firmware.len > 0)
        return ar_value_bool(guest->is_present != ANSWER_NO);
    return ar_sign_unknown(AR_REASON_unsupported,
                           "neither the CPU nor the firmware tells");
}

/* Where the CPU speaks for what runs below, as KVM does below VirtualBox, the
 * firmware has the name that people know; QEMU is that of all who use KVM. */
static ar_str choose_name(const struct guest *guest)
{
    bool is_general = ar_str_equal_c(guest->firmware, "qemu");
    if (guest->cpu.len == 0 || (guest->firmware.len > 0 && !is_general))
        return guest->firmware;
    return guest->cpu;
}

ar_value ar_builtin_find_virtualization(struct ar_question *question)
{
    ar_value is_present = ar_builtin_find_hypervisor_present(question);
    const struct guest *guest = collect(question);
    if (is_present.state != AR_STATE_VALUE)
        return is_present;
    if (guest->is_guest == ANSWER_NO)
        return ar_sign_parse(question, AR_STR("none"));
    ar_str name = choose_name(guest);
    return name.len > 0
               ? ar_sign_parse(question, name)
               : ar_sign_unknown(AR_REASON_unsupported,
                                 "the hypervisor has no name that is known");
}

/* ---- guests of this system ---- */

/* Of x86 without the extensions there is nothing to turn on; a hypervisor
 * below may hide them. */
static bool lacks_extensions(struct ar_question *question)
{
    enum { ECX = 2, VMX = 5, SVM = 2 };
    struct ar_host *host = question->host;
    uint32_t basic[4];
    uint32_t extended[4] = {0};
    if (host->emulation != AR_EMULATION_NO ||
        !host->functions->cpuid(host, 1, basic))
        return false;
    host->functions->cpuid(host, 0x80000001, extended);
    return !(basic[ECX] >> VMX & 1) && !(extended[ECX] >> SVM & 1);
}

/* Below a hypervisor of its own Windows says no although all is well. */
ar_value ar_builtin_find_virtualization_enabled(struct ar_question *question)
{
    struct ar_host_output output = {0};
    ar_value is_present = ar_builtin_find_hypervisor_present(question);
    bool is_bare = is_present.state == AR_STATE_VALUE && !is_present.as.boolean;
    question->how = AR_STR("/dev/kvm");
    if (ar_sign_is_there(question, "/dev/kvm"))
        return ar_value_bool(true);
    question->host->functions->tell(question->host, question->arena,
                                    AR_HOST_SYSTEM_FIRMWARE, &output);
    if (output.status == AR_HOST_DONE) {
        question->how = AR_STR("IsProcessorFeaturePresent()");
        if (ar_str_equal_c(output.out, "1") || is_bare)
            return ar_value_bool(ar_str_equal_c(output.out, "1"));
    }
    question->how = AR_STR("CPUID");
    if (is_bare && lacks_extensions(question))
        return ar_value_bool(false);
    return ar_sign_unknown(AR_REASON_unsupported,
                           "neither the system nor the CPU tells");
}
