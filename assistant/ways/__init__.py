"""The ways in which a question is answered, one a module; `assistant.answers` tries them in order."""
