#!/usr/bin/python3
"""The power goes under a real file system: ext4 on a loop device is shut down, its journal
unflushed, while the program works on it, and is mounted again.

    power_cut.py TALLY ENTRIES [--times N]

N cuts, 6 when left out.  It takes root, loop devices and mkfs.ext4; where these are not to be had
it says so, and exits with 77.
"""

import fcntl
import os
import random
import shutil
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

from faults import NOT_OPENED_OR_WRITTEN, Tally, fast_folder, lines, seed_of_test

SKIPPED = 77
TIMES = 6
IMAGE_BYTES = 256 << 20
INSIDE = "--in-a-mount-namespace"

EXT4_SHUTDOWN = 0x8004587D  # _IOR('X', 125, __u32)
WITHOUT_LOG_FLUSH = struct.pack("I", 2)


def run(*command):
    """Runs a command; whether it was done, and what it said."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        return False, str(error)
    return done.returncode == 0, done.stderr.strip()


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


class Disk:
    """An ext4 on a loop device."""

    def __init__(self, folder):
        self.image, self.path = folder / "image", folder / "disk"
        self.path.mkdir()
        with open(self.image, "wb") as image:
            image.truncate(IMAGE_BYTES)
        made, why = run("mkfs.ext4", "-q", self.image)
        if not made:
            skip(f"no ext4 can be made ({why})")
        mounted, why = self.mount()
        if not mounted:
            skip(f"no loop device can be mounted ({why})")

    def mount(self):
        return run("mount", "-o", "loop", self.image, self.path)

    def unmount(self):
        for _ in range(50):
            if run("umount", self.path)[0]:
                return
            time.sleep(0.1)

    def cut_power(self):
        """Nothing reaches the device from here on."""
        folder = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.ioctl(folder, EXT4_SHUTDOWN, WITHOUT_LOG_FLUSH)
        finally:
            os.close(folder)

    def come_back(self):
        self.unmount()
        mounted, why = self.mount()
        assert mounted, why


class Work:
    """Appends to a ledger until the power goes, and now and then replays it or backs it up."""

    def __init__(self, tally, folder, chance, number):
        self.tally, self.chance, self.number = tally, chance, number
        self.ledger, self.backup = folder / "ledger", folder / "backup"
        self.acknowledged = []
        self.backed_up = 0
        self.events = 0
        self.wrong = None

    def __call__(self):
        try:
            for number in range(10_000):
                if not self.once(f"w{self.number}-{number}"):
                    return
        except (AssertionError, OSError, ValueError) as error:
            self.wrong = error

    def once(self, name):
        what = self.chance.random()
        if what < 0.1:
            done = self.tally.run("replay", self.ledger, "--json")
        elif what < 0.2:
            done = self.tally.run("backup", self.ledger, self.backup, "--json")
            if done.status == 0:
                self.backed_up = len(self.acknowledged)
        else:
            ids = [f"{name}-{i}" for i in range(self.chance.choice((1, 1, 1, 50)))]
            done = self.tally.run("append", self.ledger, "--json", text=lines(*(
                {"type": "programme", "id": one, "actor": "office", "name": "P"} for one in ids)))
            if done.status == 0:
                self.acknowledged += ids
        if done.status == 0:
            return True
        # Without a disk the program cannot even tell that there is a ledger.
        assert done.status in (NOT_OPENED_OR_WRITTEN, 1, 2), done
        return False


def try_cut(tally, disk, chance, number):
    """Cuts the power under the program once; returns how much had been acknowledged."""
    work = Work(tally, disk.path, random.Random(chance.getrandbits(64)), number)
    worker = threading.Thread(target=work)
    worker.start()
    time.sleep(chance.uniform(0.1, 1.5))
    disk.cut_power()
    worker.join()
    assert work.wrong is None, work.wrong
    disk.come_back()
    verified = tally.answer("verify", work.ledger)
    assert verified["ok"], verified
    held = {line.split('"id":"', 1)[1].split('"', 1)[0]
            for line in tally.run("log", work.ledger, "--json").out.splitlines() if '"id":' in line}
    lost = [one for one in work.acknowledged if one not in held]
    assert not lost, ("acknowledged, and lost", lost)
    if work.backed_up or (work.backup / "SHA256SUMS").exists():
        copy = disk.path / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        restored = tally.answer("restore", work.backup, copy)
        assert restored["events"] > work.backed_up, (restored, work.backed_up)
        shutil.rmtree(copy)
    tally.answer("append", work.ledger, text=lines(
        {"type": "programme", "id": f"after-{number}", "actor": "office", "name": "After"}))
    return len(work.acknowledged)


def main():
    program, entries = sys.argv[1:3]
    times = int(sys.argv[sys.argv.index("--times") + 1]) if "--times" in sys.argv else TIMES
    if os.geteuid() != 0:
        skip("it takes root")
    if INSIDE not in sys.argv:
        # What is mounted is gone with this process, however it ends.
        os.execvp("unshare", ["unshare", "--mount", sys.executable, *sys.argv, INSIDE])
    chance = random.Random(seed_of_test())
    with fast_folder() as name:
        disk = Disk(Path(name))
        try:
            tally = Tally(program, "")
            tally.answer("init", disk.path / "ledger", "--name", "Example Council")
            tally.answer("append", disk.path / "ledger", entries)
            kept = sum(try_cut(tally, disk, chance, number) for number in range(times))
        finally:
            disk.unmount()
    print(f"{times} power cuts, {kept} entries acknowledged, none lost")


if __name__ == "__main__":
    main()
