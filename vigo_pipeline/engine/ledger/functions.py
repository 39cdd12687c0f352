"""The functions of the ledger in PostgreSQL, as the migrations have left them.

What they do stands in the migration that made them, which never changes: here is only the sha256 of
what stands between the dollar signs. A migration that replaces one changes its sha256 here.
"""

# A refusal of every change; a link per row, and the trigger that makes one.
FUNKSJONER = {
    "bare_tilfoey": "5914a9a0ee56408e85eabf4ef18dbec6f13ed331ea6fd4c386a45652c014cbdc",
    "kjed": "addad1d779be093d42484350d307ab55c7e252d6168b33c303554f15785b5d0a",
    "kjed_rad": "ba0e89fa4a4e8a04b78d22a82c5c4377e6c0f9a8ef5865f70782e2df59ee810a",
}
