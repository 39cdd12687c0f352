"""What is published, on its way to its receivers: approved, sent, acknowledged.

It begins in ``approval``; how far a delivery has come is ``status``. The modules:

- who may, and when: ``four_eyes``, ``ready``; what was done, in the ledger: ``handovers``
- the way to each receiver: ``channel``, of which ``folder_channel`` and ``sftp_channel`` are the
  two there are; which one, from VIGO_KANALER: ``channels``, ``channel_file``, ``key_files``
- over a line: ``openpgp`` encrypts, ``line`` connects, ``upload`` brings each file over in
  ``moves``, ``tries`` so many times, ``diary`` keeps the moves in the ledger, ``settle`` what is
  uvisst
- what lies outside: ``outbox``, ``strangers``
- the answer: ``receipts`` of a folder, each by ``receipt_form`` and ``receipt_meaning``, without
  ``names_of_pupils``; ``receipt`` enters one
- lines to OT, by the same line: ``ot_lines``
"""
