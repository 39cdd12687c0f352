"""Names that were broken before the file was made: letters are lost, and nobody is called so."""

# What a person's name stands in.
KOLONNE = "elevnavn"
# The characters of windows-1252 that a byte from 0x80 to 0x9F may have become.
_CP1252 = bytes(b for b in range(0x80, 0xA0) if b not in b"\x81\x8d\x8f\x90\x9d").decode("cp1252")
# The same pattern for DuckDB and PostgreSQL, so every character stands for itself: a question mark
# or U+FFFD where a letter was, what cannot be seen, and UTF-8 that was read as another encoding.
OEDELAGT = (
    "[?\u00a0\u00ad\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffd]"
    f"|[\u00c2-\u00c5][\u0080-\u00bf{_CP1252}]"
    "|\u00e2[\u0080\u20ac]|\u00ef\u00bf\u00bd"
)
