"""The report of several runs side by side: its figures are those of their own reports, none taken across runs."""
