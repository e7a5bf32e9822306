"""Print the set-up commands of README.md, one a line: the first fenced block under its heading "Two commands"."""

import re
from pathlib import Path

README = Path(__file__).resolve().parent.parent / "README.md"
BLOCK = re.compile(r"^## Two commands$.*?^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def main() -> None:
    block = BLOCK.search(README.read_text(encoding="utf-8"))
    if block is None:
        raise SystemExit('README.md has no fenced block under "Two commands"')
    print(block[1], end="")


if __name__ == "__main__":
    main()
