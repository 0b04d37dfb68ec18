"""Delivers papers, a street at a time. Made up for a post of this blog: version 1.0 leaks, version 1.1 does not."""
from ._street import Street

__all__ = ["Street"]
__version__ = "1.0"
