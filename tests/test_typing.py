"""What an editor knows of states, options, results and handles, and what it objects to."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
USAGE = ROOT / "tests" / "static" / "usage.py"


def test_the_type_checker_agrees_with_every_line_of_the_usage(tmp_path: Path) -> None:
    pytest.importorskip("basedpyright")
    settings = {
        "include": [str(USAGE)],
        "extraPaths": [str(ROOT)],
        "typeCheckingMode": "strict",
        "pythonVersion": "3.11",
        "reportMissingTypeStubs": False,
        "reportUnnecessaryTypeIgnoreComment": "error",
    }
    project = tmp_path / "pyrightconfig.json"
    project.write_text(json.dumps(settings))
    command = [sys.executable, "-m", "basedpyright", "--project", str(project), "--outputjson"]
    checked = subprocess.run(
        [*command, "--pythonpath", sys.executable], capture_output=True, text=True, cwd=ROOT, timeout=300
    )
    report = json.loads(checked.stdout)
    found = [
        f"line {each['range']['start']['line'] + 1}: {each['message']}"
        for each in report["generalDiagnostics"]
    ]
    assert found == []
    assert report["summary"]["filesAnalyzed"] == 1
