"""Files that avgivere have dropped: read, judged, and accepted or rejected whole.

It begins in ``round``, for each avgiver in ``receive``. The modules, in the order of what is done:

- which folders, and what lies in them: ``meant``, ``misplaced``, ``drop``, ``folder``, ``kinds``,
  with a limit on how long one may take to answer, ``answers``
- a file's bytes, its lines, and rows with types: ``files``, ``characters``, ``lines``, ``typed``
- the rules, and which files they reject: ``judge``, of the tables in ``facts``
- what is told of a finding: ``codes``, ``particulars``, ``whom``
- afterwards: ``kept_copies`` of every file, and ``reread`` from them; ``trial`` writes nothing
"""
