"""Texts that were broken before the file was made, and names that nobody is called."""

# What a person's name stands in.
KOLONNE = "elevnavn"
# The characters of windows-1252 that a byte from 0x80 to 0x9F may have become.
_CP1252 = bytes(b for b in range(0x80, 0xA0) if b not in b"\x81\x8d\x8f\x90\x9d").decode("cp1252")
# What may stand after an Å that is a word of its own: «Å», Å’s, Å–Ø.
_ETTER_ORD = "\u00a0\u00ab\u00ad\u00b4\u00b7\u00bb" + bytes.fromhex(
    "8284858b91929394 96979b"
).decode("cp1252")
_RESTEN = "".join(t for t in (*map(chr, range(0x80, 0xC0)), *_CP1252) if t not in _ETTER_ORD)
# The same patterns for DuckDB and PostgreSQL, so every character stands for itself.
# UTF-8 that was read as another encoding, and Mac Roman or DOS that was: Bj¿rn, Kvµrner, Bj°rn.
FEILLEST = (
    f"[\u00c2\u00c3][\u0080-\u00bf{_CP1252}]|[\u00c4\u00c5][{_RESTEN}]"
    "|\u00e2[\u0080\u20ac]|\u00ef\u00bf\u00bd"
    "|[A-Za-z][\u00b0\u00b5\u00be\u00bf][a-z]|[A-Za-z]\u00af[A-Za-z]"
)
# In a name also a question mark or U+FFFD where a letter was, what cannot be seen, and what no name
# has after an Å.
OEDELAGT = (
    "[?\u00a0\u00ad\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffd]"
    f"|[\u00c4\u00c5][{_ETTER_ORD}]|{FEILLEST}"
)
# ASSUMED: which names are «unormale». Å, Ø and E are names, and so is one name alone; a letter that
# no name is, stands for one.
FORKORTET = "(^| )[b-df-hj-np-tv-xzB-DF-HJ-NP-TV-XZ]( |$)"
