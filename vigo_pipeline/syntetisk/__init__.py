"""Synthetic InSchool files: rounds of invented persons, seeded, up to the whole nation.

It begins in ``generator.generate``. The modules, in the order in which files are made:

- what is asked for: ``generator``, ``omfang``, ``samling``, ``innsamling``, ``innhold``, and for a
  home for training ``opplaering``
- what is assumed, and what is known: ``forutsetning``, ``aarsforutsetning``,
  ``laereforutsetning``, ``ungdomsplan``, ``catalogue``, and the facts in ``fakta/``
- who goes where: ``plan``, ``utvalg``, ``tilbud``, ``fagvalg``, ``kull``, ``soekere``,
  ``personer``, ``personnummer``, ``navn``
- a school's skoleår: ``kalender``, ``skoleaaret``, ``skolerader``, ``rader``, ``ajourhold``,
  ``skolebytte``, ``utsnitt``, ``endelig``, ``karakterer``, ``toaarsfag``, ``eksamensfag``,
  ``eksamenigjen``, ``privatister``, ``fullfoering``, ``skoleslutt``
- beside school: ``voksne``, ``soeknader``, ``ungdom``, ``oppfoelging``, ``formidling``,
  ``laerlinger``, ``laereloep``, ``laeresteder``
- lines and files: ``poster``, ``aarsposter``, ``laereposter``, ``skriv``, ``filer``, ``mapper``,
  ``vern``, ``lukket``
- chance, in all of them: ``lodd``
- made of it: ``feil`` plants defects, ``score`` counts what the gate caught, ``simulering``
  transfers to OT on one day and another
"""
