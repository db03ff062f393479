-- SPDX-License-Identifier: MIT
-- Figures from the ledger: as they stand now, or as they were known at a time or in an edition.

create or replace function edition_is_known(edition text) returns boolean language sql stable parallel safe as $$
    select bounds.xmin <= bounds.xmax and bounds.xmax <= now_read.xmax
       and (bounds.running = '{}'
            or (select min(one) >= bounds.xmin and max(one) < bounds.xmax from unnest(bounds.running) as one))
       and bounds.xmin >= coalesce((select tick.below_xid from ledger_tick as tick order by tick.tick_at limit 1), 3)
    from edition_bounds(edition) as bounds
    cross join edition_bounds(ledger_edition()) as now_read
$$;
comment on function edition_is_known(text) is
    'Whether an edition can have been given by now, since the first tick of the ledger (before one: since the first '
    'transaction that a cluster numbers): one of what is still to come would change under its name, and one of before '
    'has nothing.';

create or replace function ledger_known(known_at timestamptz, edition text)
returns table (edition text, edition_then text, known_at timestamptz, status int, problem text)
language sql stable parallel safe rows 1 as $$
    with moment as (
        select case when ledger_known.known_at is null then now() else (
                   select max(tick.tick_at) from ledger_tick as tick where tick.tick_at <= ledger_known.known_at
               ) end as known_at
    )
    select read.edition,
           case when asked.of_then and fault.problem is null then read.edition end,
           case when ledger_known.edition is null then moment.known_at end, fault.status, fault.problem
    from moment
    cross join lateral (select num_nonnulls(ledger_known.known_at, ledger_known.edition) > 0) as asked (of_then)
    cross join lateral (
        select coalesce(ledger_known.edition,
                        case
                            when ledger_known.known_at is null then ledger_edition()
                            else ledger_edition_of(ledger_known.known_at)
                        end)
    ) as read (edition)
    left join lateral (
        select 422 as status,
               case
                   when ledger_known.known_at is not null and ledger_known.edition is not null
                   then 'known_at_or_edition'
                   when ledger_known.known_at > now() then 'known_in_future'
                   when ledger_known.edition is not null and not edition_is_known(ledger_known.edition)
                   then 'edition_not_known'
                   when ledger_known.known_at is not null and moment.known_at is null then 'known_too_early'
               end as problem
    ) as fault on fault.problem is not null
$$;
comment on function ledger_known(timestamptz, text) is
    'The edition of the ledger that a report reads: the one given, that of the last tick at or before a time, or '
    'that of now; since when it has been known (null for an edition given); or the problem. edition_then is null where '
    'what is known now is asked for: it can be read as it is, without asking of anything since when it is known.';

create or replace function ledger_meta(definition text, of_organisation bigint, of_version bigint, first_day date,
    last_day date, basis text, edition text, known_at timestamptz)
returns jsonb language sql stable parallel safe as $$
    select report_meta(definition, of_organisation, of_version, first_day, last_day) || jsonb_build_object(
        'as_of', last_day,
        'basis', coalesce(basis, 'each'),
        'edition', edition,
        'pending', ledger_pending(),
        'known_at', to_char(known_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
$$;
comment on function ledger_meta(text, bigint, bigint, date, date, text, text, timestamptz) is
    'What a report from the ledger says about itself, its edition and how many people it lacks yet among the rest.';

grant execute on function edition_is_known(text), ledger_known(timestamptz, text),
    ledger_meta(text, bigint, bigint, date, date, text, text, timestamptz) to skillsd_service;
