"""A tape as text or as a picture."""
