"""The control reports: what a school and a fylke must put right, and how.

It begins in ``report``; one that would say the same stands, by ``kept``. The modules, in the order
of what is done:

- what was found, whatever step found it: ``finding``, ``gather``, ``material``, and since when:
  ``known_errors``, ``open_errors``
- what is the root and what follows: ``cause``; as things to do: ``content``
- what stands first on a page: ``heading``, ``mot_tidligere``, and the order of the rest:
  ``side.html.jinja``; the sheets of the workbook: ``tables``
- what each school has handed in: ``innlevert``, ``tidligere``; in numbers: ``overview``
"""
