"""`python -m vbe_analysis ...`: the same as `vbe ...`."""

import sys

from vbe_analysis.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
