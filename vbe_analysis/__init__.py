"""From the offices' files to the local situation chapter (lokal lägesbild): load, count, compare, protect, write."""

from importlib.metadata import version

__version__ = version("vbe_analysis")
