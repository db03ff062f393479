-- SPDX-License-Identifier: MIT
-- Figures that leave an organisation, first part: who is counted. Everybody has one place on the last day of a quarter,
-- where the ledger counts them, so that each is in one organisation and of one worker type; who is withheld there is in
-- no figure. People are counted with a mark, a keyed hash of each added up, by which the same people are known again.

create or replace function figure_key() returns bytea language sql stable parallel safe
    return (select figure_secret.secret from figure_secret);
comment on function figure_key() is 'The key of the hashes. For those that make figures alone.';

create or replace function figure_hash(what text, key bytea) returns bigint language sql immutable parallel safe
    return ('x' || encode(substr(hmac(convert_to(what, 'UTF8'), key, 'sha256'), 1, 8), 'hex'))::bit(64)::bigint;
comment on function figure_hash(text, bytea) is 'The first 64 bits of the HMAC with SHA-256 of a text.';

create or replace function figure_rounded(people bigint, mark numeric, key bytea) returns int
language sql immutable parallel safe
    return case
               when people >= 10
               then people - people % 5
                    + case
                          when figure_hash('round ' || mod(mark, 18446744073709551616), key)
                                   & 4611686018427387903 < people % 5 * (4611686018427387904 / 5)
                          then 5
                          else 0
                      end
           end;
comment on function figure_rounded(bigint, numeric, bytea) is
    'A number of people as it is given: a multiple of five, the one above with as many fifths of a chance as it is '
    'above the one below, so that on average nothing is added. Drawn from who is counted (the sum of their marks, '
    'modulo 2^64) and from nothing else. Null below ten.';

create or replace function figure_places(day date, key bytea)
returns table (person_id bigint, organisation_id bigint, worker_type text, mark bigint)
language sql stable parallel safe rows 100000 as $$
    select place.person_id, place.organisation_id, place.worker_type, figure_hash('person ' || person.id, key)
    from (
        select distinct on (posting.person_id)
               posting.person_id, posting.organisation_id, posting.worker_type, posting.withheld
        from posting
        where posting.counts and posting.starts_on <= day and (posting.ends_before is null or posting.ends_before > day)
        order by posting.person_id, posting.secondment desc, posting.starts_on desc, posting.posting_id desc
    ) as place
    join person on person.person_id = place.person_id
    where not place.withheld
$$;
comment on function figure_places(date, bytea) is
    'Who serves on a day, once each, in the organisation where the ledger counts them (workplace_turn), with their '
    'mark; without those who are withheld there.';

create or replace function figure_tops(day date)
returns table (person_id bigint, organisation_id bigint, framework_item_id bigint, basis text, level smallint)
language sql stable parallel safe rows 500000 as $$
    select standing.person_id, standing.organisation_id, standing.framework_item_id, bases.basis, max(standing.level)
    from (
        select entry.person_id, entry.organisation_id, entry.framework_item_id, entry.basis, entry.level
        from skill_ledger as entry
        where entry.effective_on <= day and not entry.withheld
        group by entry.person_id, entry.organisation_id, entry.framework_item_id, entry.basis, entry.level
        having sum(entry.delta) > 0
    ) as standing
    join lateral (
        values ('any'), (case when standing.basis in ('assessed', 'accredited') then 'assessed' end)
    ) as bases (basis) on bases.basis is not null
    group by standing.person_id, standing.organisation_id, standing.framework_item_id, bases.basis
$$;
comment on function figure_tops(date) is
    'The highest level of each item that somebody holds on a day where they count, on any basis and by assessment or '
    'accreditation; 0 for an item without levels. From the entries of the ledger.';

create or replace function figure_developed(day date) returns table (person_id bigint, framework_item_id bigint)
language sql stable parallel safe rows 200000 as $$
    select distinct activity.person_id, alignment.framework_item_id
    from current_activity as activity
    join activity_alignment as alignment
        on alignment.activity_id = activity.activity_id and alignment.version = activity.version
    where activity.happened_on > (day - interval '1 year')::date and activity.happened_on <= day
$$;
comment on function figure_developed(date) is
    'Who recorded CPD aligned to which item in the year to a day, in whichever organisation.';

create or replace function figure_joined(day date) returns table (person_id bigint, joined_year int)
language sql stable parallel safe rows 50000 as $$
    select joining.person_id, joining.year
    from (
        select posting.person_id, extract(year from max(posting.starts_on) - interval '3 months')::int + 1 as year
        from posting
        join joiner_type as joiner on joiner.code = posting.joiner_type and not joiner.transfer
        where posting.counts and posting.starts_on <= day
        group by posting.person_id
    ) as joining
    where joining.year > extract(year from day - interval '3 months')::int - 4
$$;
comment on function figure_joined(date) is
    'In which year to 31 March (by the year in which it ends) somebody joined policing, transfers between forces '
    'apart, if that is the year of a day or one of the four before it; of several times the last.';

create or replace function figure_leavers(day date, key bytea)
returns table (organisation_id bigint, worker_type text, mark bigint)
language sql stable parallel safe rows 20000 as $$
    select gone.organisation_id, gone.worker_type, figure_hash('person ' || person.id, key)
    from (
        select distinct on (posting.person_id)
               posting.person_id, posting.organisation_id, posting.worker_type, posting.withheld
        from posting
        join leaver_type as leaver on leaver.code = posting.leaver_type and not leaver.transfer
        where posting.counts
          and posting.ends_before - 1 > (day - interval '1 year')::date and posting.ends_before - 1 <= day
        order by posting.person_id, posting.ends_before desc, posting.posting_id desc
    ) as gone
    join person on person.person_id = gone.person_id
    where not gone.withheld
      and not exists (
          select
          from posting as present
          where present.person_id = gone.person_id
            and present.counts
            and present.starts_on <= day
            and (present.ends_before is null or present.ends_before > day))
$$;
comment on function figure_leavers(date, bytea) is
    'Who left policing in the year to a day, transfers between forces apart, and does not serve on that day, by '
    'where they left from.';

create or replace function figure_counts(day date, key bytea)
returns table (measure text, framework_item_id bigint, basis text, level smallint, joined_year int,
    organisation_id bigint, worker_type text, people bigint, mark numeric)
language sql stable parallel safe rows 100000 as $$
    with place as materialized (
        select place.person_id, place.organisation_id, place.worker_type, place.mark
        from figure_places(day, key) as place
    ), topped as (
        select tops.framework_item_id, tops.basis, tops.level, place.organisation_id, place.worker_type,
               count(*) as people, sum(place.mark) as mark
        from figure_tops(day) as tops
        join place on place.person_id = tops.person_id and place.organisation_id = tops.organisation_id
        group by tops.framework_item_id, tops.basis, tops.level, place.organisation_id, place.worker_type
    )
    select 'strength', null::bigint, null, null::smallint, null::int, place.organisation_id, place.worker_type,
           count(*), sum(place.mark)
    from place
    group by place.organisation_id, place.worker_type
    union all
    -- Who has a level as their highest is in one group, so that adding up groups counts nobody twice.
    select 'held', topped.framework_item_id, topped.basis, step.level, null, topped.organisation_id, topped.worker_type,
           sum(topped.people)::bigint, sum(topped.mark)
    from topped
    join framework_item as item on item.framework_item_id = topped.framework_item_id
    left join level as step on step.level_scale_id = item.level_scale_id and step.level <= topped.level
    group by topped.framework_item_id, topped.basis, step.level, topped.organisation_id, topped.worker_type
    union all
    select 'developed', developed.framework_item_id, null, null, null, place.organisation_id, place.worker_type,
           count(*), sum(place.mark)
    from figure_developed(day) as developed
    join place on place.person_id = developed.person_id
    group by developed.framework_item_id, place.organisation_id, place.worker_type
    union all
    select 'joined', null, null, null, joined.joined_year, place.organisation_id, place.worker_type, count(*),
           sum(place.mark)
    from figure_joined(day) as joined
    join place on place.person_id = joined.person_id
    group by joined.joined_year, place.organisation_id, place.worker_type
    union all
    select 'leavers', null, null, null, null, gone.organisation_id, gone.worker_type, count(*), sum(gone.mark)
    from figure_leavers(day, key) as gone
    group by gone.organisation_id, gone.worker_type
$$;
comment on function figure_counts(date, bytea) is
    'How many people the cells of a quarter count, by measure, organisation and worker type, and the sum of their '
    'marks; of items as they stand, none added up with those below it: an item above others would tell of them by '
    'subtraction.';
