# SPDX-License-Identifier: GPL-3.0-only
"""Start, memory and idle cost of the real window. SIGNALBOX_BENCH_BACKEND: llvmpipe or software."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid

from screen import Gateway, Window, build_folder, wait_for

BACKEND = os.environ.get("SIGNALBOX_BENCH_BACKEND", "llvmpipe")
RENDERER = ["--renderer", "software" if BACKEND == "software" else "opengl"]


def children(pid):
    found = [pid]
    for line in subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True).stdout.split():
        found += children(int(line))
    return found


def pss_mib(pid):
    total = 0
    for process in children(pid):
        with open(f"/proc/{process}/smaps_rollup") as rollup:
            total += sum(int(line.split()[1]) for line in rollup if line.startswith("Pss:"))
    return total / 1024


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def bench(name, value, unit, limit=None):
    print(f"bench {name}-{BACKEND} {value:.4g} {unit}" + (f" limit {limit}" if limit is not None else ""), flush=True)


def flow_of_another_client(build, data):
    """Made over the wire, seconds before the start that is measured, under an id nobody can know."""
    name = "a" + uuid.uuid4().hex[:10]
    gateway = Gateway(build, data, demo=True)
    try:
        blueprints = wait_for(
            "demo blueprints",
            lambda: gateway.post("/api/v1/flow", {"operation": "list-blueprints", "workspace": "default"})["blueprint-names"],
        )
        gateway.post(
            "/api/v1/flow",
            {"operation": "start-flow", "workspace": "default", "flow-id": name, "blueprint-name": blueprints[0], "description": ""},
        )
    finally:
        gateway.stop()
    return name


def many_connections(profile, count):
    """As the console writes them, in seven groups, the built-in one open."""
    lines = [
        f'"rail-{n}\\thttps://gateway-{n}.example.org\\tstaging\\t1\\t0\\tgroup=Region {n % 7}\\tsign-in=password\\tkeep=keychain\\tuser=mira"'
        for n in range(count)
    ]
    with open(os.path.join(profile, "settings.ini"), "w") as settings:
        settings.write("[connections]\nlist=" + ", ".join(lines) + "\n")


def cost_of_connections(build, count):
    """What so many saved connections add to the first frame; both kinds in turn, so that the machine's mood counts for both."""
    times = {0: [], count: []}
    for _ in range(7):
        for saved in times:
            with tempfile.TemporaryDirectory() as profile:
                if saved:
                    many_connections(profile, saved)
                window = Window(build, ["--profile", profile, "--page", "Flows"] + RENDERER, accessible=False)
                try:
                    wait_for("first frame", lambda: window.mark("first-frame"), 30)
                    times[saved].append(window.mark("first-frame"))
                finally:
                    window.close()
    print("# first-frame", times, file=sys.stderr)
    return statistics.median(times[count]) - statistics.median(times[0])


def main():
    build = build_folder()
    bench("first-frame-200-connections-more", cost_of_connections(build, 200), "ms", 50)
    with tempfile.TemporaryDirectory() as profile:
        data = os.path.join(profile, "gateway")
        os.makedirs(data)
        rows, frames = [], []
        for _ in range(5):
            name = flow_of_another_client(build, data)
            window = Window(build, ["--profile", profile, "--page", "Flows"] + RENDERER, accessible=False)
            try:
                wait_for("first row", lambda: window.mark("first-row"), 30)
                rows.append(window.mark("first-row"))
                frames.append(window.mark("first-frame"))
            finally:
                window.close()
        window = Window(build, ["--profile", profile, "--page", "Flows"] + RENDERER)
        try:  # the rows are those of the gateway at hand: the last flow made outside is among them
            window.find(name=name, seconds=20)
        finally:
            window.close()
        print("# first-row", rows, "first-frame", frames, file=sys.stderr)
        bench("first-frame", statistics.median(frames), "ms")
        bench("first-row", statistics.median(rows), "ms", 400)

        window = Window(build, ["--profile", profile, "--page", "Flows"] + RENDERER, accessible=False)
        try:
            wait_for("first row", lambda: window.mark("first-row"), 30)
            time.sleep(20)  # counts come every 5 s when nobody has touched anything for 15 s
            before, began = cpu_seconds(window.process.pid), time.monotonic()
            time.sleep(30)
            used = cpu_seconds(window.process.pid) - before
            bench("idle-cpu-console", 100 * used / (time.monotonic() - began), "%", 0.5)
            bench("pss-console-and-gateway", pss_mib(window.process.pid), "MiB", 115 if BACKEND == "software" else 160)
        finally:
            window.close()


if __name__ == "__main__":
    main()
