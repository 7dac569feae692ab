"""The tables: performance.md to read, performance.csv to compute with."""
import csv
import datetime
import os
import platform

from results import COLUMNS, Result, cells, markdown


def memory_goals(memory):
    return [
        Result("G11", "bytes of the SHAP kernel for each tree node", name, explainer / nodes, unit="B", most=64)
        for name, nodes, _, _, explainer in memory if name == "rf_b"
    ]


def machine():
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as info:
        lines = [line.split(":", 1) for line in info if ":" in line]
    facts = {key.strip(): value.strip() for key, value in lines}
    flags = facts.get("flags", "").split()
    widest = next((name for flag, name in (("avx512f", "AVX-512"), ("avx2", "AVX2"), ("sse4_2", "SSE4.2")) if flag in flags), "")
    family = f"family {facts.get('cpu family', '?')} model {facts.get('model', '?')}"
    with open("/proc/meminfo", encoding="ascii") as info:
        gibibytes = int(info.readline().split()[1]) / 2**20
    return (f"{facts.get('model name', platform.machine())} ({family}, {widest}), {os.cpu_count()} processors, "
            f"{gibibytes:.0f} GiB, Linux {platform.release().split('-')[0]}")


def verdict(results):
    """One line: how many targets hold."""
    states = {number: state for number, state, _ in _summary(results)}
    parts = [f"{sum(state == 'holds' for state in states.values())} of {len(states)} targets hold"]
    for state in ("missed", "not measured"):
        numbers = [number for number, found in states.items() if found == state]
        if numbers:
            parts.append(f"{state}: " + ", ".join(numbers))
    return "; ".join(parts)


def _told(result):
    """What was measured, and what came of it."""
    ratio = "" if result.ratio is None or result.unit == "error" else f": {result.ratio:.2f}x"
    return f"{result.what}, {result.model}" + (f", {result.peer}" if result.peer else "") + ratio


def _summary(results):
    verdicts = {}
    for result in results:
        if result.number and result.verdict:
            verdicts.setdefault(result.number, []).append(result)
    order = sorted(verdicts, key=lambda number: (number[0] != "G", int(number[1:])))
    lines = []
    for number in order:
        missed = [r for r in verdicts[number] if r.verdict == "missed"]
        absent = [r for r in verdicts[number] if r.verdict == "not measured"]
        state = "missed" if missed else "holds" if len(absent) < len(verdicts[number]) else "not measured"
        told = [_told(r) for r in missed] + [f"{_told(r)} not measured" for r in absent]
        lines.append((number, state, "; ".join(told)))
    return lines


def write(folder, results, memory, versions, seconds, how):
    os.makedirs(folder, exist_ok=True)
    today = datetime.date.today().isoformat()
    text = [
        f"Measured on {today} by {how} in {max(1, round(seconds / 60))} minutes: {machine()}.\n",
        "Versions: " + ", ".join(versions) + ".\n",
        markdown(["#", "", "where not"], _summary(results)),
        markdown(COLUMNS, [cells(result) for result in results]),
        markdown(["model", "nodes", "stored, kB", "to predict, kB", "to explain, kB"],
                 [[name, f"{nodes:,}"] + [f"{size / 1000:,.0f}" for size in sizes] for name, nodes, *sizes in memory]),
    ]
    with open(os.path.join(folder, "performance.md"), "w", encoding="utf-8") as out:
        out.write("\n".join(text))
    with open(os.path.join(folder, "performance.csv"), "w", encoding="utf-8", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        columns = ["number", "what", "model", "ours", "peer", "theirs", "unit", "ratio", "target", "verdict", "spread", "note"]
        table.writerow(columns + ["date"])
        for result in results:
            table.writerow([getattr(result, column) for column in columns] + [today])
        for name, nodes, content, predictor, explainer in memory:
            for what, size in (("nodes", nodes), ("stored", content), ("to predict", predictor), ("to explain", explainer)):
                table.writerow(["", "memory: " + what, name, size, "", "", "" if what == "nodes" else "B", "", "", "", "", "", today])
