"""What a process gives up before it runs a stranger's code. Linux only; the kernel is asked directly, through the C library.

:func:`split` puts the calling process (of one thread) and a child of it into namespaces of their own: the child is process 1 of its
world, has no network, and whatever it starts ends with it. :func:`close` then takes the rest from the child: the file system
outside its home, all capabilities, and the system calls that could undo any of this (a seccomp filter). The numbers are those of
Linux' headers; see namespaces(7), capabilities(7), seccomp(2) and prctl(2).
"""

import ctypes
import os
import platform
import resource
import signal
import struct
from pathlib import Path

__all__ = ["close", "prepare", "split"]

_LIBC = ctypes.CDLL(None, use_errno=True)
# unshare(2)
_NEW = {
    "mounts": 0x20000,
    "names": 0x4000000,
    "ipc": 0x8000000,
    "user": 0x10000000,
    "pids": 0x20000000,
    "network": 0x40000000,
}
# mount(2)
_READ_ONLY, _NO_SUID, _NO_DEVICES, _NO_EXEC, _BIND, _RECURSIVE, _PRIVATE = 1, 2, 4, 8, 4096, 16384, 1 << 18
# prctl(2)
_DEATH_SIGNAL, _DUMPABLE, _SECCOMP, _DROP_BOUND, _NO_NEW_PRIVILEGES = 1, 4, 22, 24, 38
# System calls by number: x86-64, then aarch64.
_FORBIDDEN = {
    "ptrace": (101, 117), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "unshare": (272, 97),
    "setns": (308, 268), "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219), "bpf": (321, 280),
    "perf_event_open": (298, 241), "userfaultfd": (323, 282), "open_by_handle_at": (304, 265), "io_uring_setup": (425, 425),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "open_tree": (428, 428), "move_mount": (429, 429),
    "fsopen": (430, 430), "fsmount": (432, 432), "kcmp": (312, 272), "chroot": (161, 51), "swapon": (167, 224),
}  # fmt: skip
_CLONE, _CLONE3 = (56, 220), 435
_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}


def _ask(name, *arguments):
    """Call the C library, or raise the OSError that it met."""
    if getattr(_LIBC, name)(*arguments) < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def prepare() -> None:
    """In the box's server, when it is root's: show it its processes. Bubblewrap's own way of it would forbid the children theirs."""
    if os.getuid() == 0:
        _mount_proc()


def _mount_proc():
    """Show /proc of the caller's own world, which holds no process but its own."""
    _ask("mount", b"proc", b"/proc", b"proc", _NO_SUID | _NO_DEVICES | _NO_EXEC, None)


def split(uid: int) -> int:
    """Fork into namespaces of the child's own; gives the child's pid, and 0 in the child, like ``os.fork``.

    Root becomes user and group ``uid`` first, because limits do not bind root.

    Raises
    ------
    OSError
        When the system forbids it.
    """
    if os.getuid() == 0:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        _ask("prctl", _DUMPABLE, 1, 0, 0, 0)  # or the next lines may not write
    user, group = os.getuid(), os.getgid()
    _ask("unshare", sum(_NEW.values()))
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    child = os.fork()
    if child == 0:
        _ask("prctl", _DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    return child


def close(home: str, hidden: list[str], kept: list[str], *, memory: int, disk: int, processes: int, cpu: int) -> None:
    """In the child of :func:`split`: an empty home to work in, and nothing else that can be changed.

    The box around it (``box.py``) is read-only already; here the places that may be written are put over it, in memory.

    Parameters
    ----------
    home : str
        A folder, over which an empty file system in memory is put.
    hidden : list of str
        Files and folders that are covered, so that they are empty.
    kept : list of str
        Folders that stay in sight, also where they lie in a place that may be written: Python itself may be installed there.
    memory, disk : int
        Bytes: of address space beyond what is used now, and in all files together.
    processes, cpu : int
        How many processes and threads there may be, and CPU seconds of each.
    """
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    _ask("mount", b"none", b"/", None, _RECURSIVE | _PRIVATE, None)
    limited = f"mode=700,size={disk},nr_inodes={disk // 4096}".encode()  # an empty file takes memory too
    for place in (home, "/tmp", "/dev/shm"):
        _cover(
            place, limited, [folder for folder in kept if Path(folder).is_relative_to(place) and os.path.isdir(folder)]
        )
    _mount_proc()
    for place in ["/run", *hidden]:
        if os.path.isdir(place):
            nothing = _READ_ONLY | _NO_SUID | _NO_DEVICES | _NO_EXEC
            _ask("mount", b"tmpfs", os.fsencode(place), b"tmpfs", nothing, b"size=4k")
        elif os.path.exists(place):
            _ask("mount", b"/dev/null", os.fsencode(place), None, _BIND, None)
    os.chdir(home)
    for kind, amount in (
        (resource.RLIMIT_AS, used + memory),
        (resource.RLIMIT_FSIZE, disk),
        (resource.RLIMIT_NPROC, processes),
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_NOFILE, 512),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 1 << 20),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        _, most = resource.getrlimit(kind)  # where the machine allows less, that counts
        amount = amount if most == resource.RLIM_INFINITY else min(amount, most)
        resource.setrlimit(kind, (amount, amount))
    for capability in range(64):
        _LIBC.prctl(_DROP_BOUND, capability, 0, 0, 0)  # fails for those that this kernel does not have
    _ask("capset", struct.pack("II", 0x20080522, 0), struct.pack("6I", *[0] * 6))
    _ask("prctl", _NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    _filter()


def _cover(place, limited, kept):
    """Put an empty file system in memory over a place, and what lies there and is kept back into it, as it was: read-only."""
    folders = {folder: os.open(folder, os.O_PATH) for folder in kept}
    _ask("mount", b"tmpfs", place.encode(), b"tmpfs", _NO_SUID | _NO_DEVICES, limited)
    for folder, descriptor in folders.items():
        os.makedirs(folder)
        source = f"/proc/self/fd/{descriptor}".encode()
        _ask("mount", source, os.fsencode(folder), None, _BIND | _RECURSIVE, None)
        os.close(descriptor)


def _filter():
    """A seccomp filter: forbidden calls fail with EPERM; clone3 says ENOSYS, so that the C library takes clone, which we can read."""
    if platform.machine() not in _ARCHITECTURES:
        raise OSError(f"no list of system calls for {platform.machine()}")
    which, architecture = _ARCHITECTURES[platform.machine()]
    load, equal, at_least, any_bit, give = 0x20, 0x15, 0x35, 0x45, 0x06
    kill, allow, refuse = 0x80000000, 0x7FFF0000, 0x00050000
    # Each instruction: code, steps to skip if true, if false, number. Words of what is filtered: 0 number, 4 architecture, 16 first argument.
    program = [(load, 0, 0, 4), (equal, 1, 0, architecture), (give, 0, 0, kill), (load, 0, 0, 0)]
    if which == 0:
        program += [(at_least, 0, 1, 0x40000000), (give, 0, 0, kill)]  # x32, which numbers its calls otherwise
    for numbers in _FORBIDDEN.values():
        program += [(equal, 0, 1, numbers[which]), (give, 0, 0, refuse | 1)]
    program += [(equal, 0, 1, _CLONE3), (give, 0, 0, refuse | 38)]
    namespaces = sum(_NEW.values()) | 0x2000000  # those of unshare, and of control groups
    program += [(equal, 0, 3, _CLONE[which]), (load, 0, 0, 16), (any_bit, 0, 1, namespaces), (give, 0, 0, refuse | 1)]
    program += [(give, 0, 0, allow)]
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in program)
    buffer = ctypes.create_string_buffer(code, len(code))
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program), ctypes.addressof(buffer)))
    _ask("prctl", _SECCOMP, 2, header, 0, 0)
