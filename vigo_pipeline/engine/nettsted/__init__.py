"""The status site: what is due, what has come, what is wrong and what has been sent; no person."""
