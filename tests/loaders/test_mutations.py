"""Files with a byte or a piece of XML changed: no crash, none that never ends, none that deceives."""

from pathlib import Path

import pytest

from benchmarks.mutations import try_mutations


@pytest.mark.slow
def test_three_hundred_mutations(tmp_path: Path) -> None:
    result = try_mutations(300, keep=tmp_path)
    assert result.examples == []
    assert result.of("refused") > 50 and result.of("same rows") > 50 and sum(result.outcomes.values()) == 300
