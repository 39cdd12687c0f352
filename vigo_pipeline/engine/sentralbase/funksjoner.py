"""The functions of the ledger in PostgreSQL: a link per row, and a refusal of every change."""

# One link. The lock makes the order total; it is the last lock that anybody takes. What is null is
# left out, so that a column which a later migration adds changes nothing of what was.
KJED = """
create function ledger.kjed(tabell text, noekkel text, rad jsonb, overtatt bool) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
declare
    forrige_nr bigint;
    forrige_hash text;
    innhold text;
begin
    perform pg_advisory_xact_lock(8446003);
    select k.nr, k.hash into forrige_nr, forrige_hash
    from ledger.kjede as k order by k.nr desc limit 1;
    forrige_nr := coalesce(forrige_nr, 0);
    forrige_hash := coalesce(forrige_hash, '');
    select encode(sha256(convert_to(jsonb_object_agg(f.key, f.value)::text, 'UTF8')), 'hex')
    into innhold from jsonb_each(rad) as f where f.value <> 'null'::jsonb;
    insert into ledger.kjede (nr, tabell, noekkel, innhold_sha256, overtatt, forrige, hash)
    values (
        forrige_nr + 1, tabell, noekkel, innhold, overtatt, forrige_hash,
        encode(sha256(convert_to(
            (forrige_nr + 1)::text || '|' || tabell || '|' || noekkel || '|' || innhold || '|'
            || overtatt::int::text || '|' || forrige_hash, 'UTF8')), 'hex')
    );
end
$$
"""
KJED_RAD = """
create function ledger.kjed_rad() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
declare
    rad jsonb := to_jsonb(new);
begin
    perform ledger.kjed(
        tg_table_name::text,
        (select string_agg(rad ->> a.navn, '/' order by a.plass)
         from unnest(tg_argv) with ordinality as a (navn, plass)),
        rad, false);
    return null;
end
$$
"""
BARE_TILFOEY = """
create function ledger.bare_tilfoey() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    raise exception 'ledger.%: hovedboka endres ikke, den blir bare lagt til i (%)',
        tg_table_name, lower(tg_op) using errcode = 'restrict_violation';
end
$$
"""

FUNKSJONER = (KJED, KJED_RAD, BARE_TILFOEY)


def bodies() -> frozenset[str]:
    """Return what stands between the dollar signs, as PostgreSQL keeps it."""
    return frozenset(sql.split("$$")[1] for sql in FUNKSJONER)
