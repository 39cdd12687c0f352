"""`vigo sjekk`: what is wrong with a file, before it is sent, by the modules of the steps.

It begins in ``check``. The modules:

- the files: ``innsendt``, ``kjennetegn``, and what they are of, ``guess``
- what is asked: ``rader``, as far as one file can answer, ``reach``; of a Sentralbase beside it,
  ``kjent`` and ``mot``
- what is told of a finding: ``plass``, ``staar``, ``hjelp``, ``tiltak``
- to whom: ``tabeller``, ``tekst``, ``side``, ``data`` (JSON), each written by ``skriv``; ``nett``
  is the page that files are dropped on
- so that it begins quickly: ``lett``, and that no more lists are made than it looks in:
  ``kodelister``
"""
