"""The run of a cell: its text rewritten, its numbers wrapped, its inputs the same in every run."""
