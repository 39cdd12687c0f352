"""The control report: what is wrong, why, how to put it right, for whom who can."""
