-- SPDX-License-Identifier: MIT
-- Who has done no CPD for how long: gaps from one activity to the next, or to the day, while people serve.

create or replace function gap_months(from_day date, until_day date) returns int language sql immutable parallel safe
    return (extract(year from until_day) - extract(year from from_day))::int * 12
           + (extract(month from until_day) - extract(month from from_day))::int
           - case
                 when extract(day from from_day) > extract(day from until_day)
                      and extract(month from until_day + 1) = extract(month from until_day)
                 then 1
                 else 0
             end;
comment on function gap_months(date, date) is
    'How many whole months lie between two days: the most that, added to the first, do not lead beyond the second. A '
    'month is over on the same day of the next one, or on its last if it has no such day.';

create or replace function served_since(of_organisation bigint, day date, edition text)
returns table (person_id bigint, began date)
language sql stable parallel safe rows 5000 as $$
    select served.person_id, coalesce(max(served.starts_on) filter (where served.again), min(served.starts_on))
    from (
        select posting.person_id, posting.starts_on,
               posting.starts_on > max(coalesce(posting.ends_before, 'infinity')) over (
                   partition by posting.person_id
                   order by posting.starts_on, posting.posting_id
                   rows between unbounded preceding and 1 preceding
               ) as again
        from postings_known(of_organisation, edition) as posting
        where posting.starts_on <= day
    ) as served
    group by served.person_id
$$;
comment on function served_since(bigint, date, text) is
    'Since when people have been posted to an organisation without a break, as of a day, by the postings that the '
    'caller sees. Unlike service_began() without the organisations that it took over from, whose CPD it does not see.';

create or replace function last_activity_known(of_organisation bigint, before_day date, edition text, of_version bigint,
    top_item bigint, people bigint[])
returns table (person_id bigint, happened_on date)
language plpgsql stable security definer set search_path = skills, pg_temp set plan_cache_mode = force_custom_plan as $$
declare
    given record;
    whole boolean := coalesce(of_organisation = app_organisation(), false);
    cleared boolean := app_cleared_organisation() is not null;
    items bigint[] := array(select items_developing(of_version, top_item));
begin
    if not whole and (app_units() is null or of_organisation is distinct from app_acting()) then
        return;
    end if;
    select bounds.xmin, bounds.xmax, bounds.running into given from edition_bounds(edition) as bounds;
    return query
    select asked.person_id, latest.happened_on
    from unnest(people) as asked (person_id)
    cross join lateral (
        select said.happened_on
        from activity_version as said
        where said.person_id = asked.person_id
          and said.happened_on < before_day
          and not said.withdrawn
          and version_known(said.known_from, said.known_before, given.xmin, given.xmax, given.running)
          and (of_version is null or exists (
              select
              from activity_alignment as alignment
              where alignment.activity_id = said.activity_id
                and alignment.version = said.version
                and alignment.framework_item_id = any (items)))
          and exists (
              select
              from posting_version as posting
              where posting.person_id = said.person_id
                and posting.organisation_id = of_organisation
                and posting.starts_on <= said.happened_on
                and (posting.ends_before is null or posting.ends_before > said.happened_on)
                and version_known(posting.known_from, posting.known_before, given.xmin, given.xmax, given.running)
                and (cleared or not whole or not posting.withheld))
        order by said.happened_on desc
        limit 1
    ) as latest
    where whole or asked.person_id in (select managed.person_id from managed_posting as managed);
end
$$;
comment on function last_activity_known(bigint, date, text, bigint, bigint, bigint[]) is
    'public: of each of these people the day of the last activity before a day that activities_known() would give, of '
    'a framework version, or of an item and those below it, if asked for: found without reading the whole career. Runs '
    'as its owner, as that does and with the same conditions; it gives days.';

create or replace function development_gaps(of_organisation bigint, from_day date, day date, edition text,
    units bigint[], of_worker_type text, of_rank text, role_profile bigint, of_version bigint, top_item bigint)
returns table (person_id bigint, posting_id bigint, unit_id bigint, worker_type text, rank text,
    role_profile_id bigint, began date, last_on date, since date, days int, months int, longest_days int,
    longest_months int)
language plpgsql stable parallel safe rows 5000 set plan_cache_mode = force_custom_plan set work_mem = '64MB' as $$
begin
    return query
    with present as materialized (
        select place.person_id, place.posting_id, place.unit_id, place.worker_type, place.rank,
               place.role_profile_id, service.began
        from people_on(of_organisation, day, edition, units, of_worker_type, of_rank, role_profile) as place
        join served_since(of_organisation, day, edition) as service on service.person_id = place.person_id
    ), aligned as materialized (
        select alignment.activity_id
        from alignments_known(of_organisation, development_gaps.from_day, day + 1, edition, null,
            array(select items_developing(of_version, top_item))) as alignment
        where of_version is not null
    ), logged as (
        select activity.person_id, activity.happened_on
        from activities_known(of_organisation, development_gaps.from_day, day + 1, edition, null,
            null) as activity
        where of_version is null or activity.activity_id in (select aligned.activity_id from aligned)
    ), before_period as materialized (
        -- Of what was before the period only the last is needed, however long the career.
        select present.person_id, present.began, latest.happened_on
        from present
        left join last_activity_known(of_organisation, development_gaps.from_day, edition, of_version, top_item,
                      array(select present.person_id from present)) as latest
            on latest.person_id = present.person_id and latest.happened_on >= present.began
    ), point as (
        select earlier.person_id, coalesce(earlier.happened_on, earlier.began) as happened_on,
               earlier.happened_on is not null as logged
        from before_period as earlier
        union all
        select logged.person_id, logged.happened_on, true
        from logged
        join present on present.person_id = logged.person_id and logged.happened_on >= present.began
    ), gap as (
        select point.person_id, point.happened_on, point.logged,
               lead(point.happened_on, 1, day) over (
                   partition by point.person_id order by point.happened_on) as until_day
        from point
    ), measured as (
        select gap.person_id, max(gap.happened_on) filter (where gap.logged) as last_on, max(gap.happened_on) as since,
               max(gap.until_day - gap.happened_on) as longest_days,
               max(gap_months(gap.happened_on, gap.until_day)) as longest_months
        from gap
        group by gap.person_id
    ), told_earlier as (
        -- A line manager sees no posting to a unit of others, and so a later first day: what came before it is told.
        select latest.person_id, latest.happened_on
        from last_activity_known(of_organisation, day + 1, edition, of_version, top_item, array(
            select measured.person_id
            from measured
            where measured.last_on is null and app_organisation() is null)) as latest
    )
    select present.person_id, present.posting_id, present.unit_id, present.worker_type, present.rank,
           present.role_profile_id, present.began, coalesce(measured.last_on, told_earlier.happened_on),
           measured.since, day - measured.since, gap_months(measured.since, day), measured.longest_days,
           measured.longest_months
    from present
    join measured on measured.person_id = present.person_id
    left join told_earlier on told_earlier.person_id = present.person_id;
end
$$;
comment on function development_gaps(bigint, date, date, text, bigint[], text, text, bigint, bigint, bigint) is
    'How long those posted to an organisation on a day have been without CPD (of a framework version, or of an item '
    'and those below it): since the last activity there, or the day since when they have served there without a break; '
    'and the longest such gap that ends in the period from a day on or lasts at its end, at its full length. last_on '
    'is null for those who have logged nothing since then; for a line manager, who sees a later day, at all.';

create or replace function gaps_in_charge(of_organisation bigint, day date, edition text, at_least int,
    units bigint[], of_worker_type text, of_rank text, role_profile bigint, of_version bigint, top_item bigint)
returns table (person_id bigint, staff_number text, unit_id bigint, worker_type text, rank text,
    role_profile_id bigint, began date, last_on date, since date, days int, months int)
language plpgsql stable parallel safe rows 1000 set plan_cache_mode = force_custom_plan set work_mem = '64MB' as $$
begin
    return query
    with gap as materialized (
        select found.person_id, found.posting_id, found.unit_id, found.worker_type, found.rank, found.role_profile_id,
               found.began, found.last_on, found.since, found.days, found.months
        from development_gaps(of_organisation, day, day, gaps_in_charge.edition, units, of_worker_type, of_rank,
            role_profile, of_version, top_item) as found
        where found.months >= at_least
    ), charge as (
        select gap.person_id, posting.posting_id, posting.staff_number, posting.starts_on,
               posting.posting_id = gap.posting_id as same,
               bool_or(posting.starts_on <= gap.since
                       and (posting.ends_before is null or posting.ends_before > gap.since)) over (
                   partition by gap.person_id) as there
        from gap
        join posting_in_charge as posting
            on posting.person_id = gap.person_id and posting.organisation_id = of_organisation
    ), read as (
        select distinct on (charge.person_id) charge.person_id, charge.staff_number
        from charge
        where case when gaps_in_charge.edition is null then charge.same else charge.there end
        order by charge.person_id, charge.same desc, charge.starts_on desc, charge.posting_id desc
    )
    select gap.person_id, read.staff_number, gap.unit_id, gap.worker_type, gap.rank, gap.role_profile_id, gap.began,
           gap.last_on, gap.since, gap.days, gap.months
    from gap
    join read on read.person_id = gap.person_id;
end
$$;
comment on function gaps_in_charge(bigint, date, text, int, bigint[], text, text, bigint, bigint, bigint) is
    'development_gaps() of so many months or more of the people whom the caller reads by office, in the posting of the '
    'day. As known in an edition: of those with a posting here, as is known now, on the day from which the gap counts, '
    'for the records of other days are not the caller''s to be told of any more. The staff number, of which nothing is '
    'kept, is that of now: of the posting, or, where it is retracted, of the one begun last.';

grant execute on function gap_months(date, date), served_since(bigint, date, text),
    last_activity_known(bigint, date, text, bigint, bigint, bigint[]),
    development_gaps(bigint, date, date, text, bigint[], text, text, bigint, bigint, bigint),
    gaps_in_charge(bigint, date, text, int, bigint[], text, text, bigint, bigint, bigint)
    to skillsd_service;
