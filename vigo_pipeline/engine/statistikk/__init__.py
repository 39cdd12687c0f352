"""Control of statistics: what a delivery comes to, against the same round last year."""
