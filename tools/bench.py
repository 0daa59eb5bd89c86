"""Benchmark of every command on the real engine, against two floors: the same programs with handlers that do nothing.

The handlers of the first return what the program declares, those of the second as much as the API returns of a gate.
All are measured in one run, so the ratios hold on any machine. Times are medians of several rounds. The service is
the emulator in its own process, with or without latency added to each response.

    make bench                                  everything, about half an hour on 2 cores
    make bench ARGS="--counts 10,100 --rounds 3 --latencies 0,50"
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from statsig_pulumi.emulator import Emulator  # noqa: E402
from tests.engine.stack import Stack  # noqa: E402

CONSOLE = Console(width=120)
THREADS = 4
"""The number of calls that a plugin serves at a time."""

GATES = """
for i in range({count}):
    statsig.Gate(
        f"gate-{{i}}",
        name=f"gate_{{i}}",
        description="{text}" if i == 0 else "unchanged",
        tags=["a", "b"],
        rules=[statsig.Rule(name="NL", pass_percentage=10, conditions=[
            statsig.Condition(type="country", operator="any", target_value=["NL"])])],
    )
"""
LARGE = """
for i in range({count}):
    statsig.Gate(
        f"gate-{{i}}",
        name=f"gate_{{i}}",
        description="{text}" if i == 0 else "unchanged",
        rules=[statsig.Rule(name="Users", pass_percentage=100, conditions=[
            statsig.Condition(type="user_id", operator="any", target_value=[f"user-{{n}}" for n in range(1000)])])],
    )
    values = {{str(n): "x" * 1000 for n in range(1000)}}
    statsig.DynamicConfig(f"config-{{i}}", name=f"config {{i}}", default_value=values)
"""
FLOOR_MODULE = """
import json
from pathlib import Path

from pulumi.dynamic import CreateResult, ReadResult, Resource, ResourceProvider, UpdateResult

RETURNED = Path(__file__).with_name("returned.json")
MORE = json.loads(RETURNED.read_text()) if RETURNED.exists() else {}


class Handlers(ResourceProvider):
    def __reduce__(self):
        return Handlers, ()

    def create(self, props):
        return CreateResult(props["name"], {**MORE, **props})

    def read(self, id_, props):
        return ReadResult(id_, props, {name: value for name, value in props.items() if name not in MORE})

    def update(self, id_, olds, news):
        return UpdateResult({**MORE, **news})


class Nothing(Resource):
    def __init__(self, resource_name, **props):
        super().__init__(Handlers(), resource_name, props)


Gate = DynamicConfig = Nothing
Rule = Condition = dict
"""
ON_FLOOR = "import floor as statsig\n"
"""Put in front of a program, it replaces the resources by those of FLOOR_MODULE."""
RETURNED = "returned.json"
"""The file beside FLOOR_MODULE with the outputs that its handlers add, for the second floor."""
MEMORY = """
import atexit, os, resource, sys

def note():
    argv = getattr(sys, "argv", [""])
    is_plugin = "pulumi.dynamic" in " ".join(getattr(sys, "orig_argv", argv)) or ":" in argv[-1]
    process = "plugin" if is_plugin else "program"
    with open(os.environ["BENCH_MEMORY"], "a") as file:
        file.write(f"{process} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}\\n")

if "BENCH_MEMORY" in os.environ:
    atexit.register(note)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--counts", default="10,100,1000", help="numbers of gates")
    parser.add_argument("--refresh", default="5000", help="numbers of gates for the refresh benchmark; empty for none")
    large = "numbers of gates with 1,000 users and of configs of 1 MB; empty for none"
    parser.add_argument("--large", default="5,10", help=large)
    parser.add_argument("--latencies", default="0,50", help="milliseconds added to each response")
    parser.add_argument("--rounds", type=int, default=3, help="repetitions of each measurement")
    parser.add_argument("--budget", type=int, default=250, help="creates under the default write budget; 0 for none")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "bench.json", help="the file for all figures")
    options = parser.parse_args()
    results: dict[str, Any] = {"about": describe_machine(), "starting": measure_start(options.rounds), "stacks": []}
    plans = [(n, ms) for ms in parse_numbers(options.latencies) for n in parse_numbers(options.counts)]
    with Progress(console=CONSOLE, transient=True) as progress:
        task = progress.add_task("", total=len(plans) + 3)
        for count, latency_ms in plans:
            progress.update(task, description=f"{count} gates, {latency_ms} ms")
            results["stacks"].append(measure_commands(count, latency_ms, options.rounds))
            progress.advance(task)
        if options.large:
            progress.update(task, description=f"{options.large} large gates and configs")
            results["large"] = [measure_commands(n, 0, options.rounds, LARGE) for n in parse_numbers(options.large)]
        progress.advance(task)
        if options.refresh:
            progress.update(task, description=f"refresh of {options.refresh} gates")
            results["refresh"] = [measure_refresh(n) for n in parse_numbers(options.refresh)]
        progress.advance(task)
        if options.budget:
            progress.update(task, description=f"{options.budget} creates under the write budget")
            results["budget"] = measure_budget(options.budget)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(results, indent=1) + "\n")
    show(results)


def parse_numbers(text: str) -> list[int]:
    return [int(each) for each in text.split(",") if each.strip()]


def describe_machine() -> dict[str, str]:
    """Return the machine, the versions and the commit."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout
    cli = subprocess.run(["pulumi", "version"], capture_output=True, text=True, check=True).stdout
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores, {pages * size / 2**30:.0f} GiB, {platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "pulumi CLI": cli.strip(),
        "pulumi SDK": version("pulumi"),
        "commit": commit.strip(),
    }


# -- one stack


@contextmanager
def service(latency_ms: int = 0, *, limited: bool = False) -> Iterator[dict[str, Any]]:
    """Run an emulator in its own process, so that it does not slow down this one.

    Yields its URL and key, and a function that sends it a command of ``serve``.
    """
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs, latency_ms, limited))
    process.start()
    url, key = ours.recv()

    def send(command: str) -> Any:
        ours.send(command)
        return ours.recv()

    try:
        yield {"url": url, "key": key, "send": send}
    finally:
        ours.send("stop")
        process.join()


def serve(pipe: Any, latency_ms: int, limited: bool) -> None:
    """Run the commands that the pipe receives; runs in the process of the emulator."""
    with Emulator(quirks={"latency_ms": latency_ms, "rate_limit": limited}) as emulator:
        pipe.send((emulator.url, emulator.key))
        while (command := pipe.recv()) != "stop":
            if command == "clear":
                emulator.clear_requests()
                pipe.send(None)
            elif command == "refused":
                pipe.send(sum(entry["status"] == 429 for entry in emulator.requests()["log"]))
            else:
                pipe.send(emulator.requests(log=False)["by_route"])


@contextmanager
def stack(running: dict[str, Any], budget: str = "off") -> Iterator[Stack]:
    """Make a new stack whose state is written once, at the end of each command."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "hooks").mkdir()
        (root / "hooks" / "sitecustomize.py").write_text(MEMORY)
        env = {
            "PULUMI_HOME": str(root / "home"),
            "PULUMI_EXPERIMENTAL": "1",
            "PULUMI_SKIP_CHECKPOINTS": "true",
            "PYTHONPATH": str(root / "hooks"),
            "BENCH_MEMORY": str(root / "memory"),
            "STATSIG_CONSOLE_KEY": running["key"],
            "STATSIG_CONSOLE_URL": running["url"],
        }
        new = Stack(root / "project", env, is_forked=False).init()
        (new.folder / "floor.py").write_text(FLOOR_MODULE)
        new.run("config", "set", "statsig:writeBudget", budget)
        yield new


def measure_commands(count: int, latency_ms: int, rounds: int, program: str = GATES) -> dict[str, Any]:
    """Measure every command over a number of gates, and over as many resources that do nothing."""
    seconds: dict[str, dict[str, list[float]]] = {"gates": {}, "floor": {}, "same outputs": {}}
    result: dict[str, Any] = {"count": count, "latency_ms": latency_ms}
    returned: dict[str, Any] = {}
    with service(latency_ms) as running:
        for _ in range(rounds):
            for variant in seconds:
                with stack(running) as one:
                    if variant == "same outputs":
                        (one.folder / RETURNED).write_text(json.dumps(returned))
                    source = program if variant == "gates" else ON_FLOOR + program
                    times, requests, state = measure_program(one, source, count, running["send"])
                    if variant == "gates":
                        returned = read_returned(one)
                        times |= measure_export(one)
                        result |= {"memory": read_memory(one), "state_bytes": state, "requests": requests}
                    for name, value in times.items():
                        seconds[variant].setdefault(name, []).append(value)
    result["seconds"] = {
        which: {name: spread(values) for name, values in each.items()} for which, each in seconds.items()
    }
    return result


def measure_program(
    one: Stack, program: str, count: int, send: Callable[[str], Any]
) -> tuple[dict[str, float], dict[str, Any], dict[str, float]]:
    """Return the seconds and the requests of each command, and the size of the state."""
    times: dict[str, float] = {}
    requests: dict[str, Any] = {}

    def step(name: str, command: Callable[..., Any]) -> None:
        send("clear")
        start_s = time.perf_counter()
        command()
        times[name] = time.perf_counter() - start_s
        requests[name] = send("requests")

    one.program(program.format(count=count, text="unchanged"))
    step("create", one.up)
    step("preview", one.preview_is_empty)
    step("up without changes", one.up)
    state = state_bytes(one)
    one.program(program.format(count=count, text="changed"))
    step("one change", one.up)
    step("refresh", one.refresh)
    return times, requests, state


def measure_export(one: Stack) -> dict[str, float]:
    """Return the seconds of an export, of its import into a second stack, and of destroying the first stack."""
    times: dict[str, float] = {}
    folder = one.folder.parent / "exported"
    start_s = time.perf_counter()
    words = [
        sys.executable,
        "-m",
        "statsig_pulumi.cli",
        "export",
        str(folder),
        "--kind",
        "Gate",
        "--kind",
        "DynamicConfig",
    ]
    subprocess.run(words, env=one.env, check=True, capture_output=True)
    times["export"] = time.perf_counter() - start_s
    second = Stack(one.folder.parent / "second", one.env, name="second", is_forked=False).init()
    start_s = time.perf_counter()
    import_ = ("import", "--file", str(folder / "import.json"), "--yes", "--generate-code=false", "--protect=false")
    second.run(*import_, "--skip-preview")
    times["import"] = time.perf_counter() - start_s
    start_s = time.perf_counter()
    one.destroy()
    times["destroy"] = time.perf_counter() - start_s
    return times


def state_bytes(one: Stack) -> dict[str, float]:
    """Return the mean bytes of state of a resource: all, of the SDK's pickled provider, and of our reserved keys."""
    resources = [r for r in json.loads(one.exported())["deployment"]["resources"] if "dynamic" in r["type"]]

    def size(r: dict[str, Any], is_counted: Callable[[str], bool]) -> int:
        entries = [(name, value) for section in ("inputs", "outputs") for name, value in r.get(section, {}).items()]
        return sum(len(json.dumps({name: value}, separators=(",", ":"))) for name, value in entries if is_counted(name))

    return {
        "whole": statistics.mean(len(json.dumps(r, separators=(",", ":"))) for r in resources),
        "sdk": statistics.mean(size(r, lambda name: name == "__provider") for r in resources),
        "ours": statistics.mean(
            size(r, lambda name: name.startswith("__") and name != "__provider") for r in resources
        ),
    }


def read_returned(one: Stack) -> dict[str, Any]:
    """Return the outputs of a resource that the program does not declare."""
    resources = json.loads(one.exported())["deployment"]["resources"]
    last = next(each for each in reversed(resources) if "dynamic" in each["type"])
    return {name: value for name, value in last["outputs"].items() if name not in last["inputs"]}


def read_memory(one: Stack) -> dict[str, int]:
    """Return the peak memory in bytes of the largest program process and of the largest plugin process."""
    peaks: dict[str, int] = {}
    for line in Path(one.env["BENCH_MEMORY"]).read_text().splitlines():
        process, _, size = line.partition(" ")
        peaks[process] = max(peaks.get(process, 0), int(size))
    return peaks


def spread(values: list[float]) -> dict[str, float]:
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


# -- other measurements


def measure_refresh(count: int) -> dict[str, Any]:
    """Measure a refresh of a large stack: seconds, memory, requests."""
    with service() as running, stack(running) as one:
        one.program(GATES.format(count=count, text="unchanged")).up()
        Path(one.env["BENCH_MEMORY"]).unlink()
        running["send"]("clear")
        start_s = time.perf_counter()
        one.refresh()
        seconds = time.perf_counter() - start_s
        return {
            "count": count,
            "seconds": seconds,
            "memory": read_memory(one),
            "requests": running["send"]("requests"),
        }


def measure_budget(count: int) -> dict[str, Any]:
    """Measure creates under the documented write budget, which allows 100 at once and 100 more every 10 s."""
    with service() as running, stack(running) as floor:
        start_s = time.perf_counter()
        floor.program(ON_FLOOR + GATES.format(count=count, text="unchanged")).up()
        floor_s = time.perf_counter() - start_s
    with service(limited=True) as running, stack(running, "100/10s, 900/15m") as one:
        start_s = time.perf_counter()
        one.program(GATES.format(count=count, text="unchanged")).up()
        seconds = time.perf_counter() - start_s
        refused = running["send"]("refused")
    optimum_s = 10 * (math.ceil(count / 100) - 1)
    return {"count": count, "seconds": seconds, "floor": floor_s, "windows": optimum_s, "refused": refused}


def measure_start(rounds: int) -> dict[str, Any]:
    """Measure ``import pulumi``, the import of the package and the start of a plugin; list the slowest modules."""

    def time_statement(statement: str) -> float:
        start_s = time.perf_counter()
        subprocess.run([sys.executable, "-c", statement], check=True)
        return time.perf_counter() - start_s

    def time_plugin() -> float:
        start_s = time.perf_counter()
        words = [sys.executable, "-u", "-m", "pulumi.dynamic", "127.0.0.1:1"]
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as plugin:
            assert plugin.stdout is not None
            plugin.stdout.readline()  # its port, once it serves
            plugin.kill()
        return time.perf_counter() - start_s

    time_statement("import statsig_pulumi; statsig_pulumi.Gate")
    pulumi = [time_statement("import pulumi, pulumi.dynamic") for _ in range(rounds + 2)]
    with_gates = "import pulumi, pulumi.dynamic, statsig_pulumi; statsig_pulumi.Gate"
    package = [time_statement("import pulumi, pulumi.dynamic, statsig_pulumi") for _ in range(rounds + 2)]
    gate = [time_statement(with_gates) for _ in range(rounds + 2)]
    plugin = [time_plugin() for _ in range(rounds + 2)]
    words = [sys.executable, "-X", "importtime", "-c", with_gates]
    lines = subprocess.run(words, capture_output=True, text=True, check=True).stderr.splitlines()
    rows = [line.removeprefix("import time:").split("|") for line in lines if "|" in line and "self" not in line]
    slowest = sorted(((int(own), name.strip()) for own, _, name in rows), reverse=True)[:10]
    return {
        "pulumi": spread(pulumi),
        "package": spread(package),
        "gate": spread(gate),
        "plugin": spread(plugin),
        "slowest_us": slowest,
    }


def show(results: dict[str, Any]) -> None:
    """Print all figures as tables."""
    CONSOLE.print("  ".join(f"{name} {value}" for name, value in results["about"].items()))
    show_commands("Gates", results["stacks"])
    show_commands("Large", results.get("large", []))
    goals = Table("Figure", "Goal", "Measured", title="Goals")
    for row in list_goals(results):
        goals.add_row(*row)
    CONSOLE.print(goals)


def show_commands(title: str, stacks: list[dict[str, Any]]) -> None:
    table = Table(title, "Added ms", "Command", "Seconds", "Floor", "Ratio", "Same outputs", "Ratio", "Requests")
    for each in stacks:
        for name, figure in each["seconds"]["gates"].items():
            seconds = f"{figure['median']:.2f} ({figure['min']:.2f} to {figure['max']:.2f})"
            requests = ", ".join(f"{count} {route}" for route, count in each["requests"].get(name, {}).items())
            ratios: list[str] = []
            for variant in ("floor", "same outputs"):
                floor = each["seconds"][variant].get(name, {}).get("median")
                ratios += (f"{floor:.2f}", f"{figure['median'] / floor:.2f}") if floor else ("", "")
            table.add_row(str(each["count"]), str(each["latency_ms"]), name, seconds, *ratios, requests)
    if stacks:
        CONSOLE.print(table)


def list_goals(results: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield each figure that has a goal: its name, the goal, the measurement."""
    for each in results["stacks"]:
        count, latency_ms, seconds = each["count"], each["latency_ms"], each["seconds"]
        own, floor = ({name: v["median"] for name, v in seconds[variant].items()} for variant in ("gates", "floor"))
        if not latency_ms:
            for name, goal in (("preview", "1.05"), ("create", "1.2"), ("refresh", "1.3")):
                yield f"{name} of {count} / floor", f"{goal} at 1,000", f"{own[name] / floor[name]:.2f}"
        else:
            ideal_s = floor["create"] + count * latency_ms / 1000 / THREADS
            title = f"create of {count} / (floor + {latency_ms} ms for each {THREADS})"
            yield title, "1.15 at 100", f"{own['create'] / ideal_s:.2f}"
    for each in results.get("refresh", []):
        count, sent = each["count"], sum(each["requests"].values())
        yield f"requests of a refresh of {count}", f"{math.ceil(count / 100) + 1}", str(sent)
        memory = format_bytes(each["memory"].get("plugin", 0))
        yield f"refresh of {count}: seconds, memory of the plugin", "300 MB", f"{each['seconds']:.1f} s, {memory}"
    if budget := results.get("budget"):
        ratio = budget["seconds"] / (budget["windows"] + budget["floor"])
        title = f"{budget['count']} creates under the write budget / (floor + {budget['windows']} s)"
        yield title, "1.05, none refused", f"{ratio:.2f}, {budget['refused']} refused"
    start = results["starting"]
    import_s = start["package"]["median"] - start["pulumi"]["median"]
    gate_s = start["gate"]["median"] - start["package"]["median"]
    yield "seconds to import the package, after `import pulumi`", "0.10", f"{import_s:.2f}"
    yield "seconds to load the first resource class", "", f"{gate_s:.2f}"
    yield "seconds to start a plugin, before it imports the package", "", f"{start['plugin']['median']:.2f}"
    last = results["stacks"][-1]
    state = f"{last['state_bytes']['ours']:.0f}, and {last['state_bytes']['sdk']:.0f} of the SDK"
    yield "bytes of state of a gate in addition to its properties", "200", state
    memory = ", ".join(f"{process} {format_bytes(size)}" for process, size in last["memory"].items())
    yield f"memory with {last['count']} gates", "", memory


def format_bytes(size: int) -> str:
    return f"{size / 2**20:.0f} MB"


if __name__ == "__main__":
    main()
