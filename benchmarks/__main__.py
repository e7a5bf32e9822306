"""`python -m benchmarks [NAME ...]`: run every benchmark, or those named, each in a process of its own.

A benchmark is a module here with a `main()` that prints its ratios. Its own process makes its peak memory its own.
"""

import importlib
import multiprocessing
import pkgutil
import sys

import benchmarks


def main() -> int:
    """Run the benchmarks in order of name; 1 if one of them failed."""
    names = [module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name != "__main__"]
    failed = 0
    for name in [name for name in names if not sys.argv[1:] or name in sys.argv[1:]]:
        module = importlib.import_module(f"benchmarks.{name}")
        if hasattr(module, "main"):
            print(f"\n{name}", flush=True)
            process = multiprocessing.get_context("spawn").Process(target=module.main)
            process.start()
            process.join()
            failed += process.exitcode != 0
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
