"""Every word that goes to a model or that the coach itself says."""

from prompts.bank import Bank, PromptsError, load
from prompts.wording import Terms, WordingError, terms

__all__ = ["Bank", "PromptsError", "Terms", "WordingError", "load", "terms"]
