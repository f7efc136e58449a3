"""Only domain/clock.py reads the time of day, so that it is the store's wherever it is compared."""

import re

from tests.project.test_layers import MODULES
from tests.support.server import ROOT

# Each of these compares two times of one machine, or of the embedded store, which shares its clock.
MAY = {
    "widget/domain/clock.py",
    "widget/store/clock.py",
    "widget/store/embedded.py",
    "widget/commands/store_files.py",
    "widget/commands/dev.py",
    "widget/metrics/series.py",  # when the process started
    "widget/domain/readers/challenge.py",  # the altcha package checks with the machine's clock
    "widget/web/reader/drafts.py",  # as itsdangerous signs
}


def test_no_other_module_reads_the_machines_clock() -> None:
    reads = re.compile(r"\btime\.time\b|\btime_ns\b|datetime\.(?:now|utcnow|today)\b|date\.today\b")
    found = {str(path.relative_to(ROOT)) for path in MODULES if reads.search(path.read_text())}
    assert found <= MAY, f"use widget.domain.clock.now in {found - MAY}"
