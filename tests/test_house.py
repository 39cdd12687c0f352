"""The house is in order: code stays out of the folders of data, and names say something."""

import ast
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CODE = [ROOT / name for name in ("vigo_pipeline", "assets", "expectations", "tests", "benchmarks")]
FORBIDDEN = frozenset({"utils", "helpers", "common", "misc"})
LONG = 150


def files(folders: Iterable[Path], pattern: str) -> list[Path]:
    found = (path for folder in folders for path in folder.rglob(pattern) if path.is_file())
    return sorted(path for path in found if "__pycache__" not in path.parts)


def relative(paths: Iterable[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


@pytest.mark.parametrize("package", ["vigo_pipeline", "assets", "expectations"])
def test_package_roots_are_empty(package: str) -> None:
    assert (ROOT / package / "__init__.py").read_text("utf-8") == ""


def test_expectations_hold_no_code() -> None:
    code = [path for path in files([ROOT / "expectations"], "*.py") if path.stat().st_size]
    assert not code, f"code among the rules: {relative(code)}"


@pytest.mark.parametrize(
    "mapped", ["syntetisk", "sjekk", "engine/receive", "engine/send", "reports/kontrollrapport"]
)
def test_the_map_of_a_large_package_has_each_module(mapped: str) -> None:
    package = ROOT / "vigo_pipeline" / mapped
    modules = [p.stem for p in package.glob("*.py") if p.stem != "__init__"]
    modules += [p.parent.name for p in package.glob("*/__init__.py")]
    told = re.findall(r"``(\w+)``", (package / "__init__.py").read_text("utf-8"))
    assert sorted(told) == sorted(modules)


def test_one_module_knows_the_insides_of_dagster() -> None:
    code = files([ROOT / "vigo_pipeline", ROOT / "assets"], "*.py")
    knows = [
        p for p in code if re.search(r"^\s*(from|import) dagster\w*\._", p.read_text("utf-8"), re.M)
    ]
    assert relative(knows) == ["vigo_pipeline/orchestration/dagster_private.py"]


def test_the_product_knows_nothing_of_its_tests() -> None:
    code = files([ROOT / "vigo_pipeline", ROOT / "assets"], "*.py")
    knows = [
        path
        for path in code
        if re.search(r"[\"'`]tests\b", path.read_text("utf-8")) and path.parent.name != "maintain"
    ]
    assert not knows, f"give it the folder, from maintain: {relative(knows)}"


@pytest.mark.slow
def test_a_truth_that_somebody_writes_is_no_word() -> None:
    lax = [
        f"{path.relative_to(ROOT)}: {ast.unparse(field.target)}"
        for path in files([ROOT / "vigo_pipeline"], "*.py")
        for model in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(model, ast.ClassDef) and "Strict" in map(ast.unparse, model.bases)
        for field in model.body
        if isinstance(field, ast.AnnAssign) and "bool" in ast.unparse(field.annotation).split(" | ")
    ]
    assert not lax, f"«no» and 0 would be read as false: say StrictBool in {lax}"


def test_no_file_is_named_for_nothing() -> None:
    offenders = [
        path
        for path in files(CODE, "*")
        if FORBIDDEN & {part.split(".")[0] for part in path.relative_to(ROOT).parts}
    ]
    assert not offenders, f"names that say nothing: {relative(offenders)}"


def test_long_files_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in files(CODE, "*.py")}
    long = [f"{n} {path.relative_to(ROOT)}" for path, n in lengths.items() if n > LONG]
    with capsys.disabled():
        print(f"\nfiles over {LONG} lines:", *(long or ["none"]), sep="\n  ")  # noqa: T201  # a list to read
