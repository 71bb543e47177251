"""The baselines: small scripts beside the tests, each written as a careful user of that tool would write it."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from kessai.trouble import Trouble

FOLDER = Path(__file__).parents[2] / "tests" / "benchmarks" / "baselines"


class NoBaselines(Trouble):
    """This installation is not a checkout: the scripts of the baselines are not in the package."""

    exit_code = 2


def script(name: str) -> Path:
    """Where the baseline `name` is. Raises NoBaselines outside a checkout."""
    path = FOLDER / f"{name}.py"
    if not path.exists():
        raise NoBaselines(
            f"比較対象のスクリプト {path} がありません。kessai bench は、make setup をしたチェックアウトで動きます。"
        )
    return path


def module(name: str) -> Any:
    """The baseline `name`, imported from its file under a name of its own."""
    known = f"kessai_baseline_{name}"
    if known not in sys.modules:
        spec = importlib.util.spec_from_file_location(known, script(name))
        assert spec is not None, "the file exists"
        assert spec.loader is not None, "a file has a loader"
        made: ModuleType = importlib.util.module_from_spec(spec)
        sys.modules[known] = made
        spec.loader.exec_module(made)
    return sys.modules[known]
