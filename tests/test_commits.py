"""The subject of a commit is short: it is read in lists."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LONGEST = 72
# The commit that the rule holds from; what came before it is as it is.
SINCE = "e45da0b"


def git(*words: str) -> str | None:
    """Return what git says, or None where it says no."""
    program = shutil.which("git")
    if program is None:
        return None
    # A checkout by another user, as in many containers, is ours all the same.
    command = [program, "-c", f"safe.directory={ROOT}", "-C", str(ROOT), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout.strip() if done.returncode == 0 else None


def commits() -> str:
    """Return which commits are looked at: those after SINCE, or all there is of a shallow clone."""
    if git("rev-parse", "--show-toplevel") != str(ROOT):
        pytest.skip("no git, or not a clone of its own: a commit's subject cannot be seen")
    if git("rev-parse", "--quiet", "--verify", f"{SINCE}^{{commit}}") is not None:
        return f"{SINCE}..HEAD"
    if git("rev-parse", "--is-shallow-repository") == "true":
        return "HEAD"
    pytest.skip(f"the history has no {SINCE}, which the rule holds from")


def test_subjects_are_short() -> None:
    lines = git("log", "--no-merges", "--format=%h %s", commits()) or ""
    long = [line for line in lines.splitlines() if len(line.partition(" ")[2]) > LONGEST]
    assert not long, (
        f"subjects over {LONGEST} characters: {long}. Say the rest in the body: "
        "git commit --amend, or git rebase -i for an older one."
    )


def test_both_platforms_ask_the_same_of_a_change() -> None:
    github = (ROOT / ".github" / "pull_request_template.md").read_text("utf-8")
    gitlab = (ROOT / ".gitlab" / "merge_request_templates" / "Default.md").read_text("utf-8")
    assert github == gitlab, "GitHub and GitLab look in two places: change both templates"
