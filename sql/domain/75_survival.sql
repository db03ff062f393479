-- SPDX-License-Identifier: MIT
-- How long people stay: the estimator of Kaplan and Meier (1958), and who is counted by it since when. Time is in days
-- since joining; the day after the last day served is the one on which somebody has left.

create or replace function kaplan_meier(cohorts text[], entries int[], exits int[], events boolean[])
returns table (cohort text, day int, at_risk bigint, events bigint, censored bigint, survival double precision,
    lower double precision, upper double precision)
language sql immutable parallel safe rows 1000 as $$
    with step as (
        select change.cohort, change.day, sum(change.entered) as entered, sum(change.events) as events,
               sum(change.censored) as censored
        from unnest(cohorts, entries, exits, events) as person (cohort, entry, exit, event)
        cross join lateral (
            select person.cohort, person.entry, 1, 0, 0
            union all
            select person.cohort, person.exit, 0, person.event::int, 1 - person.event::int
        ) as change (cohort, day, entered, events, censored)
        group by change.cohort, change.day
    ), risk as (
        select step.cohort, step.day, step.events, step.censored,
               coalesce(sum(step.entered - step.events - step.censored) over (
                            partition by step.cohort order by step.day
                            rows between unbounded preceding and 1 preceding), 0)::double precision as at_risk
        from step
    ), curve as (
        select risk.cohort, risk.day, risk.at_risk, risk.events, risk.censored,
               case
                   when bool_or(risk.events > 0 and risk.events = risk.at_risk) over upto
                   then 0
                   else exp(sum(ln(nullif(1 - risk.events / nullif(risk.at_risk, 0), 0))) over upto)
               end as survival,
               sum(case
                       when risk.events < risk.at_risk
                       then risk.events / (risk.at_risk * (risk.at_risk - risk.events))
                   end) over upto as greenwood
        from risk
        window upto as (partition by risk.cohort order by risk.day)
    )
    select curve.cohort, curve.day, curve.at_risk::bigint, curve.events::bigint, curve.censored::bigint,
           coalesce(curve.survival, 1), curve.survival ^ exp(band.reach), curve.survival ^ exp(-band.reach)
    from curve
    cross join lateral (
        -- The 97.5th percentile of the normal distribution, as many digits as a double has.
        select 1.959963984540054 * sqrt(curve.greenwood) / abs(ln(nullif(nullif(curve.survival, 0), 1))) as reach
    ) as band
$$;
comment on function kaplan_meier(text[], int[], int[], boolean[]) is
    'The product-limit estimate of the share that stays beyond each day, by cohort, of people who are each under '
    'observation after the day of their entry to that of their exit, by the event or censored, with the 95 % '
    'confidence band on the scale of log(-log(survival)) from Greenwood''s variance; null where nobody, or '
    'everybody, has had the event. At risk on a day: who entered before it and has not left before it.';

create or replace function survival_people(of_organisation bigint, edition text, as_of date, observed_from date,
    from_day date, before_day date, transfers text, by text, top_unit bigint, of_worker_type text, of_rank text,
    of_role_profile bigint, of_item uuid, at_level int, of_basis text)
returns table (cohort text, entry int, exit int, event boolean, transfer boolean)
language sql stable parallel safe rows 20000 as $$
    with joined as materialized (
        select joining.person_id, joining.stay_began, joining.joined_on, joining.joiner_type, joining.entry_route,
               joining.worker_type, joining.rank, joining.here_from,
               greatest(joining.here_from, observed_from, joining.joined_on) - joining.joined_on as entry,
               least(joining.ends_before, as_of + 1) - joining.joined_on as exit,
               joining.ends_before <= as_of + 1 and leaver.code is not null as has_left,
               coalesce(leaver.transfer, false) as transfer
        from joinings(of_organisation, survival_people.edition) as joining
        left join leaver_type as leaver on leaver.code = joining.leaver_type
        left join joiner_type as joiner on joiner.code = joining.joiner_type
        where joining.joined_on >= from_day and joining.joined_on < before_day and joining.joined_on <= as_of
          and (top_unit is null or joining.unit_id in (
                  select rows.unit_id
                  from unit_rows(of_organisation, top_unit, false, survival_people.edition) as rows))
          and (of_worker_type is null or joining.worker_type = of_worker_type)
          and (of_rank is null or joining.rank = of_rank)
          and (of_role_profile is null or joining.role_profile_id = of_role_profile)
          -- Of the nation, who moves from one organisation to another has not joined it anew.
          and (of_organisation <> 0 or not joining.served_before and not joiner.transfer)
    ), holder as (
        select distinct held.person_id, held.here_from
        from (
            select joined.person_id, joined.here_from
            from joined
            join skill_ledger as entry
                on entry.person_id = joined.person_id and entry.organisation_id = of_organisation
                   and entry.effective_on <= joined.here_from
            cross join edition_bounds(survival_people.edition) as given
            where by = 'skill'
              and entry.framework_item_id in (select items_within(of_item))
              and entry.level >= coalesce(at_level, 0)
              and (of_basis is null or entry.basis = of_basis)
              and in_edition(entry.xid, given.xmin, given.xmax, given.running)
            group by joined.person_id, joined.here_from, entry.framework_item_id, entry.basis, entry.level
            having sum(entry.delta) > 0
        ) as held
    ), placed as (
        select distinct on (joined.person_id, joined.stay_began, cell.cohort)
               cell.cohort, joined.entry, joined.exit, joined.has_left, joined.transfer
        from joined
        left join holder on holder.person_id = joined.person_id and holder.here_from = joined.here_from
        cross join lateral (
            select '' as cohort
            union all
            select case by
                       when 'year' then extract(year from joined.joined_on)::text
                       when 'entry_route' then coalesce(joined.entry_route, 'not_known')
                       when 'joiner_type' then coalesce(joined.joiner_type, 'not_known')
                       when 'worker_type' then joined.worker_type
                       when 'rank' then coalesce(joined.rank, 'none')
                       else case when holder.person_id is not null then 'held' else 'not_held' end
                   end
            where by in ('year', 'entry_route', 'joiner_type', 'worker_type', 'rank', 'skill')
        ) as cell
        where joined.exit > joined.entry
        order by joined.person_id, joined.stay_began, cell.cohort, joined.joined_on
    )
    select placed.cohort, placed.entry, placed.exit,
           placed.has_left and (transfers = 'left' or not placed.transfer), placed.has_left and placed.transfer
    from placed
$$;
comment on function survival_people(bigint, text, date, date, date, date, text, text, bigint, text, text, bigint, uuid,
    int, text) is
    'Those who joined an organisation (0: the service) in a period, by cohort (empty: all): from which to which day '
    'since joining they are followed, whether they had left then, and whether by transfer, which is leaving or is '
    'not as asked. Who joins twice within a stay counts from the first time in each cohort. Where the record is '
    'whole since a day, those who joined before are followed from then on, for those who left before it are not in '
    'it.';

create or replace function survival_steps(cohorts text[], entries int[], exits int[], events boolean[],
    transfers boolean[], steps text)
returns table (cohort text, month int, day int, at_risk bigint, leavers bigint, transfers_out bigint, censored bigint,
    survival double precision, lower double precision, upper double precision)
language sql immutable parallel safe rows 1000 as $$
    with person as materialized (
        select person.cohort, person.entry, person.exit, person.event, person.transfer
        from unnest(cohorts, entries, exits, events, transfers) as person (cohort, entry, exit, event, transfer)
    ), days as materialized (
        -- A month is a twelfth of 365.25 days.
        select array_agg(mark.day order by mark.day) as marks
        from (
            select floor(number * 30.4375)::int as day
            from generate_series(0, (select ceil(max(person.exit) / 30.4375)::int + 11 from person),
                case steps when 'year' then 12 else 1 end) as number
            where steps <> 'day'
            union
            select person.exit
            from person
            where steps = 'day'
            union
            select 0
        ) as mark
    ), happened as (
        -- The first mark at or after a day is the row that tells of it.
        select person.cohort, change.place, sum(change.at_risk) as at_risk, sum(change.leavers) as leavers,
               sum(change.transfers) as transfers, sum(change.censored) as censored
        from person
        cross join days
        cross join lateral (
            select case person.entry when 0 then 1 else width_bucket(person.entry, days.marks) + 1 end, 1, 0, 0, 0
            union all
            select width_bucket(person.exit, days.marks) + 1, -1, 0, 0, 0
            union all
            select width_bucket(person.exit - 1, days.marks) + 1, 0, (person.event and not person.transfer)::int,
                   person.transfer::int, (not person.event and not person.transfer)::int
        ) as change (place, at_risk, leavers, transfers, censored)
        group by person.cohort, change.place
    ), estimate as (
        select distinct on (estimate.cohort, reached.place)
               estimate.cohort, reached.place, estimate.survival, estimate.lower, estimate.upper
        from days
        cross join lateral kaplan_meier(cohorts, entries, exits, events) as estimate
        cross join lateral (values (width_bucket(estimate.day - 1, days.marks) + 1)) as reached (place)
        order by estimate.cohort, reached.place, estimate.day desc
    ), line as (
        select known.cohort, mark.place, mark.day, coalesce(sum(happened.at_risk) over upto, 0) as at_risk,
               coalesce(happened.leavers, 0) as leavers, coalesce(happened.transfers, 0) as transfers,
               coalesce(happened.censored, 0) as censored, estimate.survival, estimate.lower, estimate.upper,
               count(estimate.survival) over upto as told
        from days
        cross join lateral unnest(days.marks) with ordinality as mark (day, place)
        cross join (select distinct person.cohort from person) as known
        left join happened on happened.cohort = known.cohort and happened.place = mark.place
        left join estimate on estimate.cohort = known.cohort and estimate.place = mark.place
        window upto as (partition by known.cohort order by mark.place)
    ), curve as (
        select line.cohort, line.place, line.day, line.at_risk, line.leavers, line.transfers, line.censored,
               first_value(line.survival) over since as survival, first_value(line.lower) over since as lower,
               first_value(line.upper) over since as upper
        from line
        window since as (partition by line.cohort, line.told order by line.place)
    )
    select curve.cohort,
           case steps when 'month' then curve.place - 1 when 'year' then 12 * (curve.place - 1) end::int, curve.day,
           curve.at_risk::bigint, curve.leavers::bigint, curve.transfers::bigint, curve.censored::bigint,
           coalesce(curve.survival, 1), curve.lower, curve.upper
    from curve
    where curve.day = 0
       or curve.leavers + curve.transfers > 0
       or steps <> 'day' and curve.at_risk + curve.censored > 0
$$;
comment on function survival_steps(text[], int[], int[], boolean[], boolean[], text) is
    'The curves of kaplan_meier() as a table: a row for each month or year since joining as long as anybody is at '
    'risk, or for each day on which somebody leaves; who left, was transferred or ceased to be followed since the '
    'row before.';

create or replace function survival_cells(of_organisation bigint, edition text, as_of date, observed_from date,
    from_day date, before_day date, transfers text, by text, steps text, top_unit bigint, of_worker_type text,
    of_rank text, of_role_profile bigint, of_item uuid, at_level int, of_basis text)
returns table (cohort text, month int, day int, at_risk bigint, leavers bigint, transfers_out bigint, censored bigint,
    survival double precision, lower double precision, upper double precision)
language sql stable parallel safe rows 1000 set work_mem = '64MB' set jit = off as $$
    select step.cohort, step.month, step.day, step.at_risk, step.leavers, step.transfers_out, step.censored,
           step.survival, step.lower, step.upper
    from (
        select array_agg(person.cohort) as cohorts, array_agg(person.entry) as entries,
               array_agg(person.exit) as exits, array_agg(person.event) as events,
               array_agg(person.transfer) as transfers
        from survival_people(of_organisation, survival_cells.edition, as_of, observed_from, from_day, before_day,
            survival_cells.transfers, by, top_unit, of_worker_type, of_rank, of_role_profile, of_item, at_level,
            of_basis) as person
    ) as those
    cross join lateral survival_steps(those.cohorts, those.entries, those.exits, those.events, those.transfers,
        steps) as step
$$;
comment on function survival_cells(bigint, text, date, date, date, date, text, text, text, bigint, text, text, bigint,
    uuid, int, text) is
    'The curves of those whom survival_people() gives. Of the nation (0) for the schema''s owner alone, because nobody '
    'else may read the postings.';

grant execute on function kaplan_meier(text[], int[], int[], boolean[]),
    survival_people(bigint, text, date, date, date, date, text, text, bigint, text, text, bigint, uuid, int, text),
    survival_steps(text[], int[], int[], boolean[], boolean[], text),
    survival_cells(bigint, text, date, date, date, date, text, text, text, bigint, text, text, bigint, uuid, int, text)
    to skillsd_service;
