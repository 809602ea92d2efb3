/* SPDX-License-Identifier: Apache-2.0 */
/* What is below and around a system: WSL, containers, hypervisors, the CPU. One
 * sign alone is no answer, and neither are signs that contradict each other. */

#include "machine_fixture.h"

#define RELEASE(text) ANSWER(FILE, "/proc/sys/kernel/osrelease", text "\n")
#define MOUNTS(text)  ANSWER(FILE, "/proc/self/mounts", text)
#define HOSTS_PIDS    ANSWER(LINK, "/proc/self/ns/pid", "pid:[4026531836]")
#define OTHER_PIDS    ANSWER(LINK, "/proc/self/ns/pid", "pid:[4026532281]")

static void assert_wsl(const char *is_wsl, const char *version)
{
    assert_fact("host.is_wsl", is_wsl);
    assert_fact("host.wsl_version", version);
}

static void assert_container(const char *is_container, const char *container)
{
    assert_fact("host.is_container", is_container);
    assert_fact("host.container", container);
}

static void assert_guest(const char *is_present, const char *name)
{
    assert_fact("host.hypervisor_present", is_present);
    assert_fact("host.virtualization", name);
}

static const char *const conflict = "<unknown: conflict>";

/* ---- WSL ---- */

static void tells_wsl_2(void **state)
{
    (void)state;
    USE(RELEASE("5.15.153.1-microsoft-standard-WSL2"),
        MOUNTS("/dev/sdc / ext4 rw 0 0\n"
               "C:\\134 /mnt/c 9p rw,aname=drvfs;path=C:\\;uid=0 0 0\n"),
        ANSWER(FILE, "/proc/sys/fs/binfmt_misc/WSLInterop", "enabled\n"));
    assert_wsl("true", "2");
}

static void tells_wsl_1(void **state)
{
    (void)state;
    USE(RELEASE("4.4.0-19041-Microsoft"),
        ANSWER(FILE, "/proc/version",
               "Linux version 4.4.0-19041-Microsoft (Microsoft@Microsoft.com)"),
        MOUNTS("rootfs / wslfs rw,noatime 0 0\nC: /mnt/c drvfs rw 0 0\n"));
    assert_wsl("true", "1");
}

static void takes_a_variable_with_the_kernel(void **state)
{
    (void)state;
    USE(RELEASE("6.6.36.3-microsoft-standard-WSL2"),
        ANSWER(VARIABLE, "WSL_DISTRO_NAME", "Ubuntu"));
    assert_wsl("true", "2");
}

static void tells_wsl_with_a_kernel_of_ones_own(void **state)
{
    (void)state;
    USE(RELEASE("6.6.9-mine"), MOUNTS("none /mnt/wsl tmpfs rw 0 0\n"),
        ANSWER(FILE, "/run/WSL", ""));
    assert_wsl("true", "2");
}

static void knows_no_wsl_by_one_sign(void **state)
{
    (void)state;
    const struct ar_fake_answer alone[][2] = {
        {RELEASE("5.15.153.1-microsoft-standard-WSL2"), RELEASE("x")},
        {RELEASE("6.1.0-25-amd64"), ANSWER(VARIABLE, "WSL_DISTRO_NAME", "x")},
        {RELEASE("6.1.0-25-amd64"), ANSWER(FILE, "/dev/dxg", "")},
        {RELEASE("6.1.0-25-amd64"), MOUNTS("none /mnt/wsl tmpfs rw 0 0\n")},
        {RELEASE("6.1.0-25-amd64"), ANSWER(FILE, "/run/WSL", "")},
    };
    for (size_t ix = 0; ix < AR_COUNT_OF(alone); ix++) {
        use(alone[ix], 2);
        assert_wsl(unsupported, unsupported);
    }
}

static void knows_no_wsl_by_signs_that_contradict(void **state)
{
    (void)state;
    USE(RELEASE("5.15.153.1-microsoft-standard-WSL2"),
        ANSWER(FILE, "/proc/version", "Linux version 6.1.0-25-amd64"),
        ANSWER(VARIABLE, "WSL_INTEROP", "/run/WSL/8_interop"));
    assert_wsl(unsupported, unsupported);
    const struct ar_fake_answer both[] = {
        RELEASE("4.4.0-19041-Microsoft"),
        ANSWER(FILE, "/dev/dxg", ""),
    };
    use(both, AR_COUNT_OF(both));
    assert_wsl("true", unsupported);
}

static void tells_other_systems_from_wsl(void **state)
{
    (void)state;
    USE(RELEASE("6.8.0-1015-azure"),
        ANSWER(FILE, "/proc/version", "Linux version 6.8.0-1015-azure"),
        MOUNTS("/dev/sda1 / ext4 rw 0 0\n"));
    assert_wsl("false", "<absent>");
    use(NULL, 0);
    assert_wsl(unsupported, unsupported);
    host.host.platform = "windows";
    assert_wsl("false", "<absent>");
}

/* ---- containers ---- */

#define MOUNTED(root, path, source) \
    "412 398 254:0 " root " " path " rw,relatime - ext4 " source " rw\n"
#define OVERLAY "398 32 0:52 / / rw - overlay overlay rw,lowerdir=/l\n"

static void tells_containers(void **state)
{
    (void)state;
    const struct {
        struct ar_fake_answer answers[2];
        const char *kind;
    } rows[] = {
        {{ANSWER(FILE, "/.dockerenv", ""), OTHER_PIDS}, "docker"},
        {{ANSWER(FILE, "/proc/self/mountinfo",
                 OVERLAY MOUNTED("/var/lib/docker/containers/ab12/hosts",
                                 "/etc/hosts", "/dev/vda")),
          HOSTS_PIDS},
         "docker"},
        {{ANSWER(FILE, "/run/.containerenv", "engine=\"podman-4.3.1\"\n"),
          OTHER_PIDS},
         "podman"},
        {{ANSWER(FILE, "/proc/self/cgroup", "0::/kubepods.slice/pod1\n"),
          ANSWER(FILE, "/.dockerenv", "")},
         "kubernetes"},
        {{ANSWER(FILE, "/proc/1/environ", "PATH=/bin\0container=lxc\0"),
          OTHER_PIDS},
         "lxc"},
        {{ANSWER(FILE, "/run/systemd/container", "systemd-nspawn\n"),
          OTHER_PIDS},
         "nspawn"},
        {{ANSWER(FILE, "/proc/self/cgroup", "12:memory:/docker/ab12\n"),
          HOSTS_PIDS},
         "docker"},
    };
    for (size_t ix = 0; ix < AR_COUNT_OF(rows); ix++) {
        use(rows[ix].answers, 2);
        assert_container("true", rows[ix].kind);
    }
}

static void knows_no_container_by_one_sign(void **state)
{
    (void)state;
    const struct ar_fake_answer alone[][2] = {
        {ANSWER(FILE, "/.dockerenv", ""), HOSTS_PIDS},
        {ANSWER(FILE, "/proc/self/mountinfo", OVERLAY), HOSTS_PIDS},
        {ANSWER(VARIABLE, "container", "docker"), HOSTS_PIDS},
        {OTHER_PIDS, OTHER_PIDS},
        {RELEASE("x"), RELEASE("x")},
    };
    for (size_t ix = 0; ix < AR_COUNT_OF(alone); ix++) {
        use(alone[ix], 2);
        assert_container(unsupported, unsupported);
    }
}

static void knows_no_engine_by_signs_that_contradict(void **state)
{
    (void)state;
    USE(ANSWER(FILE, "/.dockerenv", ""), ANSWER(FILE, "/run/.containerenv", ""),
        OTHER_PIDS);
    assert_container("true", conflict);
    const struct ar_fake_answer nameless[] = {
        ANSWER(FILE, "/proc/self/mountinfo", OVERLAY), OTHER_PIDS};
    use(nameless, AR_COUNT_OF(nameless));
    assert_container("true", unsupported);
}

/* An image of Docker that was imported into WSL has /.dockerenv, and each
 * distribution numbers its processes apart. */
static void tells_wsl_from_a_container(void **state)
{
    (void)state;
    USE(HOSTS_PIDS);
    assert_container("false", "<absent>");
    const struct ar_fake_answer wsl[] = {
        RELEASE("5.15.153.1-microsoft-standard-WSL2"),
        ANSWER(FILE, "/run/WSL", ""), OTHER_PIDS};
    use(wsl, AR_COUNT_OF(wsl));
    assert_container("false", "<absent>");
    const struct ar_fake_answer imported[] = {
        RELEASE("5.15.153.1-microsoft-standard-WSL2"),
        ANSWER(FILE, "/run/WSL", ""), OTHER_PIDS,
        ANSWER(FILE, "/.dockerenv", "")};
    use(imported, AR_COUNT_OF(imported));
    assert_container(unsupported, unsupported);
}

/* ---- hypervisors ---- */

#define BARE  ANSWER(CPUID, "0x00000001", "a20f10 0 0 0")
#define GUEST ANSWER(CPUID, "0x00000001", "a20f10 0 80000000 0")
#define HYPERV \
    ANSWER(CPUID, "0x40000000", "4000000b 7263694d 666f736f 76482074")
#define KVM(leaf)     ANSWER(CPUID, leaf, "40000001 4b4d564b 564b4d56 4d")
#define PRODUCT(text) ANSWER(FILE, "/sys/class/dmi/id/product_name", text "\n")
#define TREE          "/proc/device-tree/hypervisor/compatible"

static void tells_hypervisors(void **state)
{
    (void)state;
    const struct {
        struct ar_fake_answer answers[3];
        const char *name;
    } rows[] = {
        {{GUEST, KVM("0x40000000"), PRODUCT("Standard PC (Q35)")}, "kvm"},
        {{GUEST, HYPERV, PRODUCT("Virtual Machine")}, "hyperv"},
        {{GUEST, HYPERV, KVM("0x40000100")}, "kvm"},
        {{GUEST, KVM("0x40000000"), PRODUCT("VirtualBox")}, "virtualbox"},
        {{GUEST, KVM("0x40000000"), PRODUCT("QEMU Virtual Machine")}, "kvm"},
        {{GUEST, PRODUCT("VMware20,1"), PRODUCT("")}, "vmware"},
        {{GUEST, HYPERV, ANSWER(CPUID, "0x40000003", "2e7f 3b7ff 2 bed7b2")},
         "none"},
        {{ANSWER(FILE, "/sys/hypervisor/type", "xen\n"), PRODUCT(""),
          PRODUCT("")},
         "xen"},
    };
    for (size_t ix = 0; ix < AR_COUNT_OF(rows); ix++) {
        use(rows[ix].answers, 3);
        assert_guest("true", rows[ix].name);
    }
    USE(GUEST);
    assert_guest("true", unsupported);
}

static void tells_bare_metal(void **state)
{
    (void)state;
    USE(BARE, PRODUCT("ThinkPad T14"));
    assert_guest("false", "none");
    const struct ar_fake_answer hidden[] = {BARE,
                                            PRODUCT("QEMU Virtual Machine")};
    use(hidden, AR_COUNT_OF(hidden));
    assert_guest(conflict, conflict);
}

/* Those tell nothing that is only that of an emulator. */
static void believes_no_cpu_that_may_be_emulated(void **state)
{
    (void)state;
    USE(GUEST, KVM("0x40000000"),
        ANSWER(CPUID, "0x00000000", "d 756e6547 6c65746e 49656e69"));
    host.host.emulation = AR_EMULATION_YES;
    assert_guest(unsupported, unsupported);
    assert_fact("cpu.vendor", unsupported);
    assert_fact("host.cpu_model", unsupported);
    const struct ar_fake_answer arm[] = {ANSWER(FILE, TREE, "linux,kvm\0")};
    use(arm, AR_COUNT_OF(arm));
    assert_guest("true", "kvm");
    const struct ar_fake_answer nothing[] = {RELEASE("6.1")};
    use(nothing, AR_COUNT_OF(nothing));
    assert_guest(unsupported, unsupported);
}

static void asks_macos_itself(void **state)
{
    (void)state;
    USE(ANSWER(SYSTEM, "guest", "1"),
        ANSWER(SYSTEM, "cpu", "Apple\nApple M2\n"));
    host.host.platform = "macos";
    assert_guest("true", "apple");
    assert_fact("cpu.vendor", "Apple");
    assert_fact("host.cpu_model", "Apple M2");
    const struct ar_fake_answer bare[] = {ANSWER(SYSTEM, "guest", "0")};
    use(bare, AR_COUNT_OF(bare));
    host.host.platform = "macos";
    assert_guest("false", "none");
}

static void tells_whether_guests_may_run(void **state)
{
    (void)state;
    const char *const name = "host.virtualization_enabled";
    USE(BARE);
    assert_fact(name, "false");
    const struct ar_fake_answer able[] = {
        ANSWER(CPUID, "0x00000001", "a20f10 0 20 0")};
    use(able, 1);
    assert_fact(name, unsupported);
    const struct ar_fake_answer kvm[] = {GUEST, ANSWER(FILE, "/dev/kvm", "")};
    use(kvm, AR_COUNT_OF(kvm));
    assert_fact(name, "true");
    const struct ar_fake_answer hidden[] = {GUEST};
    use(hidden, 1);
    assert_fact(name, unsupported);
    const struct ar_fake_answer windows[] = {BARE,
                                             ANSWER(SYSTEM, "firmware", "0")};
    use(windows, AR_COUNT_OF(windows));
    assert_fact(name, "false");
    const struct ar_fake_answer below[] = {GUEST, HYPERV,
                                           ANSWER(SYSTEM, "firmware", "0")};
    use(below, AR_COUNT_OF(below));
    assert_fact(name, unsupported);
}

/* ---- the CPU ---- */

static void names_x86(void **state)
{
    (void)state;
    USE(ANSWER(CPUID, "0x00000000", "d 756e6547 6c65746e 49656e69"),
        ANSWER(CPUID, "0x80000002", "20202020 746e4920 52286c65 6f432029"),
        ANSWER(CPUID, "0x80000003", "54286572 6920294d 36382d37 43203035"),
        ANSWER(CPUID, "0x80000004", "40205550 392e3120 7a484730 0"),
        ANSWER(CPUID, "0x00000001", "806ec 0 10000201 0"),
        ANSWER(CPUID, "0x00000007", "0 20 0 0"));
    assert_fact("cpu.vendor", "GenuineIntel");
    assert_fact("host.cpu_model", "Intel(R) Core(TM) i7-8650 CPU @ 1.90GHz");
    /* Without the registers that the system keeps there is no AVX. */
    assert_fact("cpu.flags", "[pni, ssse3]");
}

static void lists_avx_where_the_system_keeps_it(void **state)
{
    (void)state;
    USE(ANSWER(CPUID, "0x00000000", "d 756e6547 6c65746e 49656e69"),
        ANSWER(CPUID, "0x00000001", "806ec 0 10000000 0"),
        ANSWER(CPUID, "0x00000007", "0 10020 0 0"),
        ANSWER(CPUID, "0x80000001", "0 0 1 20000000"),
        ANSWER(CPUID, "0x7fffffff", "7 0 0 0"));
    assert_fact("cpu.flags", "[avx, avx2, lahf_lm, lm]");
}

static void names_arm(void **state)
{
    (void)state;
    USE(ANSWER(FILE, "/proc/cpuinfo",
               "processor\t: 0\nFeatures\t: fp asimd crc32\n"
               "CPU implementer\t: 0x41\nCPU part\t: 0xd0c\n"));
    assert_fact("cpu.vendor", "ARM");
    assert_fact("host.cpu_model", "Neoverse-N1");
    assert_fact("cpu.flags", "[fp, asimd, crc32]");
    const struct ar_fake_answer new[] = {ANSWER(
        FILE, "/proc/cpuinfo", "CPU implementer\t: 0x41\nCPU part\t: 0xfff\n")};
    use(new, AR_COUNT_OF(new));
    assert_fact("cpu.vendor", "ARM");
    assert_fact("host.cpu_model", unsupported);
    assert_fact("cpu.flags", unsupported);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(tells_wsl_2),
        TEST(tells_wsl_1),
        TEST(takes_a_variable_with_the_kernel),
        TEST(tells_wsl_with_a_kernel_of_ones_own),
        TEST(knows_no_wsl_by_one_sign),
        TEST(knows_no_wsl_by_signs_that_contradict),
        TEST(tells_other_systems_from_wsl),
        TEST(tells_containers),
        TEST(knows_no_container_by_one_sign),
        TEST(knows_no_engine_by_signs_that_contradict),
        TEST(tells_wsl_from_a_container),
        TEST(tells_hypervisors),
        TEST(tells_bare_metal),
        TEST(believes_no_cpu_that_may_be_emulated),
        TEST(asks_macos_itself),
        TEST(tells_whether_guests_may_run),
        TEST(names_x86),
        TEST(lists_avx_where_the_system_keeps_it),
        TEST(names_arm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
