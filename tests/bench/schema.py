# SPDX-License-Identifier: Apache-2.0
"""The facts of the workload: what a machine with containers, emulators and
language runtimes looks like to a support tool."""

TEXT = {
    "host.isa": "arm64 amd64 ia32 riscv64",
    "host.system": "windows linux macos freebsd",
    "host.edition": "pro home enterprise server education",
    "host.language": "en de fr ja zh pt es",
    "host.maker": "intel amd apple qualcomm ampere",
    "host.core": "zen3 zen4 skylake icelake m1 m2 m3 oryon neoverse",
    "host.graphics": "nvidia amd intel apple none",
    "host.firmware": "uefi bios coreboot",
    "host.virtual": "none kvm hyperv vmware xen parallels",
    "host.command_shell": "bash zsh fish pwsh cmd",
    "host.root_type": "ext4 xfs btrfs ntfs apfs zfs",
    "host.zone": "utc cet est pst jst ist",
    "host.power": "mains battery ups",
    "host.boot_guard": "on off unsupported setup",
    "engine.client_isa": "arm64 amd64 ia32 riscv64",
    "engine.server_isa": "arm64 amd64 ia32 riscv64",
    "engine.storage": "overlay2 btrfs zfs vfs fuse windowsfilter",
    "engine.groups": "v1 v2 hybrid",
    "engine.group_driver": "systemd cgroupfs none",
    "engine.runtime": "runc crun kata gvisor youki",
    "engine.context": "default desktop rootless remote colima orbstack",
    "engine.backend": "wsl2 hyperv virtiofs qemu none",
    "engine.channel": "stable edge beta nightly",
    "engine.builder": "docker container kubernetes remote",
    "engine.log_driver": "json journald local syslog fluentd none",
    "engine.mirror": "none corp eu us asia",
    "engine.seccomp": "default unconfined custom",
    "engine.apparmor": "enforce complain disabled missing",
    "engine.network": "bridge host none macvlan ipvlan overlay",
    "linux.default_distro": "ubuntu debian alpine fedora arch opensuse kali",
    "linux.networking": "nat mirrored bridged none",
    "linux.kernel_kind": "vendor custom none",
    "linux.integration": "enabled disabled partial broken",
    "net.proxy": "none http socks5 pac transparent",
    "net.resolver": "local corp google cloudflare quad9",
    "net.tunnel": "none wireguard openvpn anyconnect zscaler",
    "net.firewall": "on off managed unknown_state",
    "net.six": "full local disabled broken",
    "net.radio": "none band2 band5 band6",
    "emulator.handler": "registered missing stale conflict",
    "emulator.flags": "f oc ocf p pocf none",
    "emulator.target": "x86_64 aarch64 arm i386 riscv64 none",
    "tools.compiler": "gcc clang msvc icx tcc none",
    "tools.linker": "bfd gold lld mold link",
    "tools.libc": "glibc musl ucrt msvcrt bionic",
    "python.kind": "cpython pypy conda none",
    "python.isa": "arm64 amd64 ia32 none",
    "node.isa": "arm64 amd64 ia32 none",
    "node.manager": "nvm fnm volta asdf system none",
    "java.vendor": "temurin oracle zulu corretto graal none",
    "java.isa": "arm64 amd64 ia32 none",
    "dotnet.isa": "arm64 amd64 ia32 none",
    "cluster.kind": "none kind minikube k3s eks aks gke",
    "cluster.network": "none calico cilium flannel weave",
    "disk.kind": "nvme ssd hdd remote",
    "disk.cipher": "none luks bitlocker filevault veracrypt",
    "guard.selinux": "enforcing permissive disabled missing",
    "guard.scanner": "none defender sentinel sophos clamav",
    "guard.policy": "none intune jamf gpo workspace",
    "guest.kind": "none hyperv vbox vmware qemu utm",
    "guest.nested": "yes no unclear",
    "var.platform": "unset linux/amd64 linux/arm64 linux/arm/v7",
    "var.socket": "unset unix:///run/engine.sock tcp://127.0.0.1:2375",
    "var.buildkit": "unset off on",
    "var.locale": "C.UTF-8 en_US.UTF-8 POSIX de_DE.UTF-8",
    "var.ci": "unset yes no",
    "var.terminal": "xterm-256color dumb screen linux vt100",
    "var.cc": "unset gcc clang cl",
    "var.goarch": "unset arm64 amd64 386",
}
TEXT = {path: words.split() for path, words in TEXT.items()}

# path: the least and the greatest value
NUMBER = {
    "host.build": (17000, 27000), "host.cores": (1, 64),
    "host.megahertz": (1200, 5600), "host.ram": (2048, 131072),
    "host.memory_free": (50, 65536), "host.swap": (0, 32768),
    "host.load": (0, 64), "host.uptime": (0, 9000), "host.users": (1, 40),
    "host.page": (4, 64), "engine.containers_all": (0, 200),
    "engine.images": (0, 900), "engine.memory": (512, 65536),
    "engine.cpus": (1, 32), "engine.mtu": (1200, 9000),
    "engine.volumes": (0, 300), "engine.used": (0, 400000),
    "engine.reclaimable": (0, 200000), "engine.failures": (0, 30),
    "linux.count": (0, 8), "linux.memory": (512, 65536),
    "linux.cpus": (1, 32), "linux.image": (100, 500000),
    "net.mtu": (576, 9000), "net.latency": (1, 900), "net.loss": (0, 100),
    "net.interfaces": (1, 24), "net.ports": (0, 500),
    "disk.total": (32, 8000), "disk.free": (0, 4000),
    "disk.inodes": (0, 100), "disk.rate": (50, 900000),
    "tasks.total": (60, 2500), "tasks.zombies": (0, 40),
    "tasks.emulated": (0, 60), "log.total": (0, 100000),
    "log.killed": (0, 25), "limits.files": (256, 1048576),
    "limits.tasks": (256, 500000),
}

FLAG = ["host.translator", "host.virtual_on", "host.hyperv", "engine.rootless",
        "engine.desktop", "engine.translator", "engine.experimental",
        "engine.swarm", "linux.systemd", "linux.proxy", "net.online",
        "net.proxy_login", "emulator.installed", "tools.cross", "guard.sudo"]

# path: the least and the greatest first number
VERSION = {
    "engine.client_version": (18, 28), "engine.server_version": (18, 28),
    "engine.desktop_version": (3, 5), "engine.compose_version": (1, 3),
    "engine.builder_version": (0, 1), "engine.containerd_version": (1, 2),
    "engine.runc_version": (1, 1), "linux.version": (0, 2),
    "linux.kernel_version": (4, 6), "host.kernel_version": (4, 6),
    "emulator.version": (4, 9), "tools.compiler_version": (8, 19),
    "tools.cmake_version": (2, 4), "tools.git_version": (1, 2),
    "python.build_version": (2, 3), "node.build_version": (12, 24),
    "java.build_version": (8, 23), "dotnet.version": (3, 9),
    "cluster.version": (1, 1), "host.graphics_version": (390, 570),
}

# list: fields (words, or a range, or bool), and how long it is
RECORDS = {
    "linux.distros": ({
        "label": "ubuntu debian alpine fedora arch opensuse desktop".split(),
        "mode": "running stopped installing broken".split(),
        "generation": (1, 2), "preferred": bool}, (2, 5)),
    "services.all": ({
        "label": "engine containerd sshd cron resolver binfmt compute "
                 "kubelet nginx postgres redis".split(),
        "mode": "running stopped failed starting masked".split(),
        "pid": (1, 65535), "restarts": (0, 40)}, (6, 12)),
    "engine.containers": ({
        "label": "web api db cache queue worker proxy build ci".split(),
        "isa": "arm64 amd64 ia32 riscv64".split(),
        "mode": "running exited restarting created dead".split(),
        "memory": (8, 16384)}, (2, 8)),
}

LOG = "log.errors"

PROGRAMS = ("engine containerd builder qemu-x86_64 qemu-aarch64 binfmt compute "
            "kubelet runc crun sshd cron systemd udevd networkd resolved nginx "
            "postgres redis node python java dotnet cargo rustc gcc ld make "
            "cmake npm pip git curl apt dnf overlayfs virtiofs dnsproxy "
            "translator hypervisor kernel init").split()
VERBS = ("start stop mount exec pull push resolve bind attach fork map load "
         "link unpack verify connect").split()
THINGS = ("container image layer socket volume device module namespace group "
          "manifest snapshot session interface library binary").split()
FAULTS = ["exec format error", "illegal instruction", "permission denied",
          "connection refused", "no such file or directory",
          "operation not permitted", "timed out", "out of memory",
          "address already in use", "invalid argument", "segmentation fault",
          "unsupported platform", "manifest unknown", "checksum mismatch",
          "no space left on device", "device or resource busy", "broken pipe",
          "network unreachable", "certificate expired", "version mismatch"]
DEVICES = "eth0 wlan0 vda sda nvme0n1 bridge0 tun0 veth1 loop3".split()
