"""Measure the provider on the real engine against a floor: as many dynamic resources whose handlers do nothing.

Everything is measured in one run, so that the ratios hold on any machine; times are medians of several rounds.
The service is the emulator, in a process of its own, with or without latency added to each answer.

    make bench                                  all of it, about twenty minutes on 2 cores
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
"""So many calls a plugin serves at a time."""

GATES = """
for i in range({count}):
    statsig.Gate(
        f"gate-{{i}}",
        name=f"gate_{{i}}",
        description="{text}" if i == 0 else "as it was",
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
        description="{text}" if i == 0 else "as it was",
        rules=[statsig.Rule(name="Users", pass_percentage=100, conditions=[
            statsig.Condition(type="user_id", operator="any", target_value=[f"user-{{n}}" for n in range(1000)])])],
    )
    values = {{str(n): "x" * 1000 for n in range(1000)}}
    statsig.DynamicConfig(f"config-{{i}}", name=f"config {{i}}", default_value=values)
"""
FLOOR_MODULE = """
from pulumi.dynamic import CreateResult, ReadResult, Resource, ResourceProvider, UpdateResult


class Handlers(ResourceProvider):
    def __reduce__(self):
        return Handlers, ()

    def create(self, props):
        return CreateResult(props["name"], props)

    def read(self, id_, props):
        return ReadResult(id_, props)

    def update(self, id_, olds, news):
        return UpdateResult(news)


class Nothing(Resource):
    def __init__(self, resource_name, **props):
        super().__init__(Handlers(), resource_name, props)


Gate = DynamicConfig = Nothing
Rule = Condition = dict
"""
ON_FLOOR = "import floor as statsig\n"
"""Put before a program, it declares the same resources, but their handlers do nothing."""
MEMORY = """
import atexit, os, resource, sys

def note():
    argv = getattr(sys, "argv", [""])
    who = "plugin" if "pulumi.dynamic" in " ".join(getattr(sys, "orig_argv", argv)) or ":" in argv[-1] else "program"
    with open(os.environ["BENCH_MEMORY"], "a") as file:
        file.write(f"{who} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}\\n")

if "BENCH_MEMORY" in os.environ:
    atexit.register(note)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--counts", default="10,100,1000", help="how many gates")
    parser.add_argument("--refresh", default="5000", help="how many gates are refreshed besides; empty for none")
    large = "how many gates with 1,000 users and configs of 1 MB; empty for none"
    parser.add_argument("--large", default="5,10", help=large)
    parser.add_argument("--latencies", default="0,50", help="milliseconds added to each answer")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--budget", type=int, default=250, help="creates under the real write budget; 0 for none")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "bench.json")
    asked = parser.parse_args()
    found: dict[str, Any] = {"about": about(), "starting": starting(asked.rounds), "stacks": []}
    plans = [(n, ms) for ms in numbers(asked.latencies) for n in numbers(asked.counts)]
    with Progress(console=CONSOLE, transient=True) as progress:
        task = progress.add_task("", total=len(plans) + 3)
        for count, latency_ms in plans:
            progress.update(task, description=f"{count} gates, {latency_ms} ms")
            found["stacks"].append(measured(count, latency_ms, asked.rounds))
            progress.advance(task)
        if asked.large:
            progress.update(task, description=f"{asked.large} gates and configs that are large")
            found["large"] = [measured(n, 0, asked.rounds, LARGE) for n in numbers(asked.large)]
        progress.advance(task)
        if asked.refresh:
            progress.update(task, description=f"refresh of {asked.refresh} gates")
            found["refresh"] = [refreshed(n) for n in numbers(asked.refresh)]
        progress.advance(task)
        if asked.budget:
            progress.update(task, description=f"{asked.budget} creates under the write budget")
            found["budget"] = budgeted(asked.budget)
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(json.dumps(found, indent=1) + "\n")
    show(found)


def numbers(text: str) -> list[int]:
    return [int(each) for each in text.split(",") if each.strip()]


def about() -> dict[str, str]:
    """The machine, the versions and the commit."""
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
    """An emulator in a process of its own, so that it takes no time of what is measured here."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs, latency_ms, limited))
    process.start()
    url, key = ours.recv()

    def ask(what: str) -> Any:
        ours.send(what)
        return ours.recv()

    try:
        yield {"url": url, "key": key, "ask": ask}
    finally:
        ours.send("stop")
        process.join()


def serve(pipe: Any, latency_ms: int, limited: bool) -> None:
    with Emulator(quirks={"latency_ms": latency_ms, "rate_limit": limited}) as emulator:
        pipe.send((emulator.url, emulator.key))
        while (what := pipe.recv()) != "stop":
            if what == "clear":
                emulator.clear_requests()
                pipe.send(None)
            elif what == "refused":
                pipe.send(sum(entry["status"] == 429 for entry in emulator.requests()["log"]))
            else:
                pipe.send(emulator.requests(log=False)["by_route"])


@contextmanager
def stack(running: dict[str, Any], budget: str = "off") -> Iterator[Stack]:
    """A new stack whose state is written once at the end of a command."""
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder)
        (at / "hooks").mkdir()
        (at / "hooks" / "sitecustomize.py").write_text(MEMORY)
        env = {
            "PULUMI_HOME": str(at / "home"),
            "PULUMI_EXPERIMENTAL": "1",
            "PULUMI_SKIP_CHECKPOINTS": "true",
            "PYTHONPATH": str(at / "hooks"),
            "BENCH_MEMORY": str(at / "memory"),
            "STATSIG_CONSOLE_KEY": running["key"],
            "STATSIG_CONSOLE_URL": running["url"],
        }
        made = Stack(at / "project", env).init()
        (made.folder / "floor.py").write_text(FLOOR_MODULE)
        made.run("config", "set", "statsig:writeBudget", budget)
        yield made


def measured(count: int, latency_ms: int, rounds: int, program: str = GATES) -> dict[str, Any]:
    """Every command over so many gates, and over as many resources that do nothing."""
    taken: dict[str, dict[str, list[float]]] = {"gates": {}, "floor": {}}
    found: dict[str, Any] = {"count": count, "latency_ms": latency_ms}
    with service(latency_ms) as running:
        for _ in range(rounds):
            for which, declared in (("floor", ON_FLOOR + program), ("gates", program)):
                with stack(running) as one:
                    figures = steps(one, declared, count, running["ask"])
                    if which == "gates":
                        figures |= moved(one, running, count)
                        found |= {"memory": memory(one), "state_bytes": figures.pop("state")}
                    for name, value in figures.items():
                        if name == "requests":
                            found |= {"requests": value} if which == "gates" else {}
                        elif name != "state":
                            taken[which].setdefault(name, []).append(value)
    found["seconds"] = {which: {name: spread(values) for name, values in each.items()} for which, each in taken.items()}
    return found


def steps(one: Stack, program: str, count: int, ask: Callable[[str], Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"requests": {}}

    def step(name: str, command: Callable[..., Any]) -> None:
        ask("clear")
        began_s = time.perf_counter()
        command()
        found[name] = time.perf_counter() - began_s
        found["requests"][name] = ask("requests")

    one.program(program.format(count=count, text="as it was"))
    step("create", one.up)
    step("preview", one.preview_is_empty)
    step("up without changes", one.up)
    found["state"] = state_bytes(one)
    one.program(program.format(count=count, text="changed"))
    step("one change", one.up)
    step("refresh", one.refresh)
    return found


def moved(one: Stack, running: dict[str, Any], count: int) -> dict[str, Any]:
    """Export, import of what was exported into a second stack, and the destruction of the first."""
    found: dict[str, Any] = {}
    at = one.folder.parent / "exported"
    began_s = time.perf_counter()
    words = [sys.executable, "-m", "statsig_pulumi.cli", "export", str(at), "--kind", "Gate", "--kind", "DynamicConfig"]
    subprocess.run(words, env=one.env, check=True, capture_output=True)
    found["export"] = time.perf_counter() - began_s
    second = Stack(one.folder.parent / "second", one.env, name="second").init()
    began_s = time.perf_counter()
    import_ = ("import", "--file", str(at / "import.json"), "--yes", "--generate-code=false", "--protect=false")
    second.run(*import_, "--skip-preview")
    found["import"] = time.perf_counter() - began_s
    began_s = time.perf_counter()
    one.destroy()
    found["destroy"] = time.perf_counter() - began_s
    return found


def state_bytes(one: Stack) -> dict[str, float]:
    """Bytes of state of one resource: in all, of the SDK's pickled provider, and of what is kept besides properties."""
    resources = [r for r in json.loads(one.exported())["deployment"]["resources"] if "dynamic" in r["type"]]

    def size(r: dict[str, Any], is_meant: Callable[[str], bool]) -> int:
        parts = [(name, value) for part in ("inputs", "outputs") for name, value in r.get(part, {}).items()]
        return sum(len(json.dumps({name: value}, separators=(",", ":"))) for name, value in parts if is_meant(name))

    return {
        "whole": statistics.mean(len(json.dumps(r, separators=(",", ":"))) for r in resources),
        "the SDK": statistics.mean(size(r, lambda name: name == "__provider") for r in resources),
        "ours": statistics.mean(
            size(r, lambda name: name.startswith("__") and name != "__provider") for r in resources
        ),
    }


def memory(one: Stack) -> dict[str, int]:
    """The most memory that any process of the program and of the plugin took."""
    found: dict[str, int] = {}
    for line in Path(one.env["BENCH_MEMORY"]).read_text().splitlines():
        who, _, size = line.partition(" ")
        found[who] = max(found.get(who, 0), int(size))
    return found


def spread(values: list[float]) -> dict[str, float]:
    return {"median": statistics.median(values), "least": min(values), "most": max(values)}


# -- the rest


def refreshed(count: int) -> dict[str, Any]:
    with service() as running, stack(running) as one:
        one.program(GATES.format(count=count, text="as it was")).up()
        Path(one.env["BENCH_MEMORY"]).unlink()
        running["ask"]("clear")
        began_s = time.perf_counter()
        one.refresh()
        seconds = time.perf_counter() - began_s
        return {"count": count, "seconds": seconds, "memory": memory(one), "requests": running["ask"]("requests")}


def budgeted(count: int) -> dict[str, Any]:
    """Creates under the documented budget, against what it allows: 100 at once and 100 more each 10 s."""
    with service() as running, stack(running) as floor:
        began_s = time.perf_counter()
        floor.program(ON_FLOOR + GATES.format(count=count, text="as it was")).up()
        floor_s = time.perf_counter() - began_s
    with service(limited=True) as running, stack(running, "100/10s, 900/15m") as one:
        began_s = time.perf_counter()
        one.program(GATES.format(count=count, text="as it was")).up()
        seconds = time.perf_counter() - began_s
        refused = running["ask"]("refused")
    optimum_s = 10 * (math.ceil(count / 100) - 1)
    return {"count": count, "seconds": seconds, "floor": floor_s, "windows": optimum_s, "refused": refused}


def starting(rounds: int) -> dict[str, Any]:
    """Seconds to import the package, beyond ``import pulumi``, and to start a plugin; the slowest modules."""

    def took(statement: str) -> float:
        began_s = time.perf_counter()
        subprocess.run([sys.executable, "-c", statement], check=True)
        return time.perf_counter() - began_s

    def plugin_started() -> float:
        began_s = time.perf_counter()
        words = [sys.executable, "-u", "-m", "pulumi.dynamic", "127.0.0.1:1"]
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as plugin:
            assert plugin.stdout is not None
            plugin.stdout.readline()  # its port, once it serves
            plugin.kill()
        return time.perf_counter() - began_s

    took("import statsig_pulumi")
    pulumi = [took("import pulumi, pulumi.dynamic") for _ in range(rounds + 2)]
    package = [took("import statsig_pulumi") for _ in range(rounds + 2)]
    plugin = [plugin_started() for _ in range(rounds + 2)]
    words = [sys.executable, "-X", "importtime", "-c", "import pulumi, pulumi.dynamic, statsig_pulumi"]
    lines = subprocess.run(words, capture_output=True, text=True, check=True).stderr.splitlines()
    rows = [line.removeprefix("import time:").split("|") for line in lines if "|" in line and "self" not in line]
    slowest = sorted(((int(own), name.strip()) for own, _, name in rows), reverse=True)[:10]
    return {
        "pulumi": spread(pulumi),
        "package": spread(package),
        "plugin": spread(plugin),
        "slowest_us": slowest,
    }


def show(found: dict[str, Any]) -> None:
    CONSOLE.print("  ".join(f"{name} {value}" for name, value in found["about"].items()))
    tell("Gates", found["stacks"])
    tell("Large", found.get("large", []))
    goals = Table("Figure", "Goal", "Measured", title="Goals")
    for row in reached(found):
        goals.add_row(*row)
    CONSOLE.print(goals)


def tell(what: str, stacks: list[dict[str, Any]]) -> None:
    table = Table(what, "Added ms", "Command", "Seconds", "Floor", "Ratio", "Requests")
    for each in stacks:
        for name, figure in each["seconds"]["gates"].items():
            floor = each["seconds"]["floor"].get(name, {}).get("median")
            seconds = f"{figure['median']:.2f} ({figure['least']:.2f} to {figure['most']:.2f})"
            sent = ", ".join(f"{count} {route}" for route, count in each["requests"].get(name, {}).items())
            ratio = (f"{floor:.2f}", f"{figure['median'] / floor:.2f}") if floor else ("", "")
            table.add_row(str(each["count"]), str(each["latency_ms"]), name, seconds, *ratio, sent)
    if stacks:
        CONSOLE.print(table)


def reached(found: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """What was aimed at, and what was measured."""
    starts = found["starting"]
    for each in found["stacks"]:
        count, latency_ms, seconds = each["count"], each["latency_ms"], each["seconds"]
        own, floor = ({name: v["median"] for name, v in seconds[which].items()} for which in ("gates", "floor"))
        if not latency_ms:
            ratio = own["preview"] / floor["preview"]
            yield f"preview of {count} without changes, against the floor", "1.15 at 1,000", f"{ratio:.2f}"
        else:
            ideal_s = floor["create"] + count * latency_ms / 1000 / THREADS
            what = f"create of {count}, against the floor and {latency_ms} ms for each {THREADS}"
            yield what, "1.15 at 100", f"{own['create'] / ideal_s:.2f}"
    for each in found.get("refresh", []):
        count, sent = each["count"], sum(each["requests"].values())
        yield f"requests of a refresh of {count}", f"{math.ceil(count / 100) + 1}", str(sent)
        yield (
            f"seconds of a refresh of {count}, memory of the plugin",
            "300 MB",
            f"{each['seconds']:.1f} s, {mega(each['memory'].get('plugin', 0))}",
        )
    if under := found.get("budget"):
        ratio = under["seconds"] / (under["windows"] + under["floor"])
        what = f"{under['count']} creates under the write budget, against {under['windows']} s and the floor"
        yield what, "1.05, none refused", f"{ratio:.2f}, {under['refused']} refused"
    beyond_s = starts["package"]["median"] - starts["pulumi"]["median"]
    yield "seconds to import the package, beyond `import pulumi`", "0.25", f"{beyond_s:.2f}"
    yield "seconds to start a plugin, before it imports the package", "", f"{starts['plugin']['median']:.2f}"
    last = found["stacks"][-1]
    state = f"{last['state_bytes']['ours']:.0f}, and {last['state_bytes']['the SDK']:.0f} of the SDK's"
    yield "bytes of state of a gate beyond its properties", "200", state
    memory = ", ".join(f"{who} {mega(size)}" for who, size in last["memory"].items())
    yield f"memory with {last['count']} gates", "", memory


def mega(size: int) -> str:
    return f"{size / 2**20:.0f} MB"


if __name__ == "__main__":
    main()
