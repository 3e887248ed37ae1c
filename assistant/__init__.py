"""The coach: measures, listens, chooses the next question, and words what it found."""
