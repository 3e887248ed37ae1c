"""Drafts by a language model: wordings in the leader's own words, beside the authored ones, never over them."""
