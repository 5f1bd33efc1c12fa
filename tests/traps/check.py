#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-only
"""The traps of the other platform and what becomes of them here.

check.py BUILD CTEST    reads traps.tsv beside it and fails unless
  - every trap from 1 to 60 has exactly one row, and its fate is the one that was decided,
  - every mended trap is pinned by a test,
  - every test named is one that its program has, and ctest runs that program,
  - a case named after '#' stands in the sources of the tests.
check.py --self-test    plants faults and fails unless each is found
"""
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
# Decided in the contract (signalbox-gateway §9).
MENDED = {4, 5, 6, 7, 8, 11, 12, 13, 14, 15, 17, 18, 19, 24, 30, 32, 34, 37, 38, 39, 40, 42, 43, 44, 45, 47, 48, 54}
ALL = set(range(1, 61))


class World:
    """What the build and the sources have."""

    def __init__(self, build, ctest):
        self.build = pathlib.Path(build)
        listed = subprocess.run([ctest, "--test-dir", build, "-N"], capture_output=True, text=True, check=True).stdout
        self.programs = set(re.findall(r"Test +#\d+: (\S+)", listed))
        self.known = {}
        self.sources = "".join(
            path.read_text() for path in (HERE.parent).rglob("*_test.cpp"))

    def tests_of(self, program):
        if program not in self.known:
            listed = subprocess.run([self.build / "tests" / program, "--gtest_list_tests"],
                                    capture_output=True, text=True, check=True).stdout
            names, suite = set(), ""
            for line in listed.splitlines():
                word = line.split("#")[0].strip()
                if line.startswith(" "):
                    names.add(suite + word)
                elif word.endswith("."):
                    suite = word
            self.known[program] = names
        return self.known[program]


def rows_of(text):
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        if line and not line.startswith("#"):
            cells = line.split("\t")
            rows.append((number, cells + [""] * (4 - len(cells))))
    return rows


def faults(text, world):
    found, seen = [], set()
    for line, (trap, fate, what, tests, *more) in rows_of(text):
        say = lambda fault: found.append(f"line {line}: {fault}")
        if more or not trap.isdigit() or int(trap) not in ALL or not what:
            say("not a row of number, fate, what, tests")
            continue
        trap = int(trap)
        if trap in seen:
            say(f"trap {trap} a second time")
        seen.add(trap)
        decided = "mended" if trap in MENDED else "copied"
        if fate != decided:
            say(f"trap {trap} is {fate}, decided was {decided}")
        named = tests.split()
        if fate == "mended" and not named:
            say(f"trap {trap} is mended, but no test pins it")
        for name in re.findall(r"\S+?:[^\s#]+(?:#\"[^\"]*\")?", tests):
            program, _, rest = name.partition(":")
            test, _, case = rest.partition("#")
            if program not in world.programs:
                say(f"ctest runs no {program}")
            elif test not in world.tests_of(program):
                say(f"{program} has no test {test}")
            elif case and case not in world.sources:
                say(f"no test source has the case {case}")
        if tests and not re.fullmatch(r"(\S+?:[^\s#]+(#\"[^\"]*\")? ?)+", tests):
            say("tests are written program:Suite.Test or program:Suite.Test#\"case\"")
    found += [f"trap {trap} has no row" for trap in sorted(ALL - seen)]
    return found


class SmallWorld:
    programs = {"p"}
    sources = '"a case"'

    def tests_of(self, program):
        return {"Suite.Test"}


def self_test():
    good = "".join(f"{n}\t{'mended' if n in MENDED else 'copied'}\tx\tp:Suite.Test\n" for n in sorted(ALL))
    planted = {
        "a missing row": good.replace("60\tcopied\tx\tp:Suite.Test\n", ""),
        "a row twice": good + "1\tcopied\tx\t\n",
        "another fate": good.replace("7\tmended", "7\tcopied", 1),
        "a mended one without test": good.replace("4\tmended\tx\tp:Suite.Test", "4\tmended\tx\t", 1),
        "an unknown program": good.replace("p:Suite", "q:Suite", 1),
        "an unknown test": good.replace("Suite.Test", "Suite.Other", 1),
        "an unknown case": good.replace("p:Suite.Test", 'p:Suite.Test#"no case"', 1),
        "a test that is no name": good.replace("p:Suite.Test", "somewhere", 1),
    }
    if faults(good.replace("p:Suite.Test", 'p:Suite.Test#"a case"', 1), SmallWorld()):
        sys.exit("a good table is refused")
    missed = [name for name, text in planted.items() if not faults(text, SmallWorld())]
    if missed:
        sys.exit("not found: " + ", ".join(missed))
    print(f"finds {len(planted)} planted faults")


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    found = faults((HERE / "traps.tsv").read_text(), World(sys.argv[1], sys.argv[2]))
    if found:
        sys.exit("\n".join(found))
    print(f"{len(ALL)} traps, {len(MENDED)} of them mended and pinned")


main()
