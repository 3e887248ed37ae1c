"""Every word that goes to a model or that the coach itself says."""

from prompts.bank import Bank, PromptsError, load
from prompts.templates import Template, template
from prompts.wording import Terms, WordingError, terms

__all__ = ["Bank", "PromptsError", "Template", "Terms", "WordingError", "load", "template", "terms"]
