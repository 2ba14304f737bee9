"""Numbers that remember: values, tapes, forward and backward. Knows neither IPython nor a namespace."""
