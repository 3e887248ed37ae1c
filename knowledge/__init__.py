"""What Varde knows, as data; knows nothing of the coach."""

from knowledge.load import KnowledgeError, default, load
from knowledge.schema import Knowledge

__all__ = ["Knowledge", "KnowledgeError", "default", "load"]
