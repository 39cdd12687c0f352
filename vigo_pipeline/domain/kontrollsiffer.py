"""What the two check digits of a fødselsnummer are computed with."""

LENGTH = 11
K1 = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1, 0)
K2 = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
# From 2032 the first check digit may leave these remainders; k2 is as before.
K1_2032 = (0, 1, 2, 3)
