-- SPDX-License-Identifier: MIT
-- The forecast of skills: what dated entries say already, and what is to be expected of people who leave beside it.

create or replace function attrition_rates(of_organisation bigint, of_version bigint, day date, edition text)
returns table (framework_item_id bigint, basis text, losses bigint, person_months bigint, rate double precision,
    variance double precision)
language plpgsql stable parallel safe rows 500 set plan_cache_mode = force_custom_plan as $$
declare
    -- The 24 whole months up to the day.
    before_month date := date_trunc('month', attrition_rates.day + 1);
    -- So many person-months at the usual rate are added to what is seen of an item: ten holders for two years.
    lent constant double precision := 240;
begin
    return query
    with month as (
        select starts.month, (before_month - make_interval(months => starts.month))::date as from_day
        from generate_series(1, 24) as starts (month)
    ), flow as materialized (
        select month.month, moved.framework_item_id, moved.basis, sum(moved.people) as people,
               coalesce(sum(-moved.people)
                            filter (where not moved.gain and moved.cause in ('left', 'transferred')), 0) as losses
        from month
        cross join lateral skills_flow(of_organisation, month.from_day,
            (month.from_day + interval '1 month')::date, attrition_rates.edition) as moved
        group by 1, 2, 3
    ), seen as (
        select part.framework_item_id, part.basis, sum(part.losses)::bigint as losses,
               sum(part.person_months)::bigint as person_months
        from (
            select flow.framework_item_id, flow.basis, flow.losses, flow.people * (flow.month - 1) as person_months
            from flow
            union all
            select standing.framework_item_id, standing.basis, 0, standing.people * 24
            from skills_standing(of_organisation, (before_month - interval '24 months')::date - 1,
                attrition_rates.edition) as standing
        ) as part
        join framework_item as item
            on item.framework_item_id = part.framework_item_id and item.framework_version_id = of_version
        group by part.framework_item_id, part.basis
    ), usual as (
        select sum(seen.losses)::double precision / nullif(sum(seen.person_months), 0) as rate
        from seen
    )
    select seen.framework_item_id, seen.basis, seen.losses, seen.person_months,
           least((seen.losses + lent * coalesce(usual.rate, 0)) / (seen.person_months + lent), 1),
           (seen.losses + lent * coalesce(usual.rate, 0)) / (seen.person_months + lent) ^ 2
    from seen
    cross join usual;
end
$$;
comment on function attrition_rates(bigint, bigint, date, text) is
    'By item and basis, how many who held it left or transferred away in the 24 whole months up to a day, over the '
    'person-months at risk (who held it on the day before each month), and the monthly rate: with 240 person-months '
    'at the rate of all items of the framework added, so that what few hold is drawn to what is usual there; and the '
    'variance of that rate.';

create or replace function forecast_moves(of_organisation bigint, items bigint[], day date, before_day date,
    edition text, one_basis text, whole boolean, units bigint[], of_worker_type text, of_rank text, of_role bigint)
returns table (framework_item_id bigint, basis text, cause text, gain boolean, level smallint, other_level smallint,
    people bigint, from_day date)
language plpgsql stable parallel safe rows 2000 set plan_cache_mode = force_custom_plan as $$
begin
    if whole then
        return query
        select flow.framework_item_id, flow.basis, flow.cause, flow.gain, flow.level, flow.other_level, flow.people,
               span.from_day
        from generate_series(date_trunc('month', forecast_moves.day + 1), before_day - interval '1 day',
            interval '1 month') as starts (month)
        cross join lateral (
            select greatest(starts.month::date, forecast_moves.day + 1) as from_day,
                   (starts.month + interval '1 month')::date as before_day
        ) as span
        cross join lateral skills_flow(of_organisation, span.from_day, span.before_day,
            forecast_moves.edition) as flow
        where flow.framework_item_id = any (items) and (one_basis is null or flow.basis = one_basis);
        return;
    end if;
    return query
    select entry.framework_item_id, entry.basis, entry.cause, entry.gain, entry.level, entry.other_level,
           sum(entry.delta), date_trunc('month', entry.effective_on)::date
    from entries_known(of_organisation, items, forecast_moves.day + 1, before_day, forecast_moves.edition) as entry
    where (one_basis is null or entry.basis = one_basis)
      and entry.person_id in (
          select place.person_id
          from people_on(of_organisation, forecast_moves.day, forecast_moves.edition, units, of_worker_type, of_rank,
              of_role) as place)
    group by 1, 2, 3, 4, 5, 6, 8
    having sum(entry.delta) <> 0; -- what was booked and reversed is no move
end
$$;
comment on function forecast_moves(bigint, bigint[], date, date, text, text, boolean, bigint[], text, text, bigint) is
    'The gains and losses that are dated already, month by month after a day: of all, from balances, or of the people '
    'of that day who are asked for.';

create or replace function forecast_cells(of_organisation bigint, of_version bigint, items bigint[], day date,
    months int, edition text, of_basis text, whole boolean, units bigint[], of_worker_type text, of_rank text,
    of_role bigint)
returns table (framework_item_id bigint, basis text, level smallint, month date, held bigint, gains bigint,
    lapses bigint, leavings bigint, more double precision, spread double precision, losses bigint,
    person_months bigint, rate double precision)
language plpgsql stable parallel safe rows 5000 set plan_cache_mode = force_custom_plan as $$
declare
    first_month date := (date_trunc('month', forecast_cells.day) + interval '1 month')::date;
    -- What is left of the month of the day, as a part of it.
    begun double precision := (first_month - 1 - forecast_cells.day)::double precision
        / (first_month - date_trunc('month', forecast_cells.day)::date);
begin
    return query
    with standing as materialized (
        select cell.framework_item_id, cell.basis, cell.level, cell.people
        from held_cells(of_organisation, items, forecast_cells.day, forecast_cells.edition,
            coalesce(of_basis, 'each'), 'organisation', whole, units, of_worker_type, of_rank, of_role, null) as cell
    ), dated as materialized (
        select move.framework_item_id, move.basis, move.cause, move.gain, move.level,
               coalesce(move.other_level, -1) as other_level, abs(move.people) as people, move.from_day
        from forecast_moves(of_organisation, items, forecast_cells.day,
            (first_month + make_interval(months => months))::date, forecast_cells.edition, of_basis, whole, units,
            of_worker_type, of_rank, of_role) as move
    ), top as (
        select known.framework_item_id, known.basis, max(known.level) as level
        from (
            select standing.framework_item_id, standing.basis, standing.level from standing
            union all
            select dated.framework_item_id, dated.basis, dated.level from dated
        ) as known
        group by known.framework_item_id, known.basis
    ), step as (
        select top.framework_item_id, top.basis, scale.level
        from top
        join framework_item as item on item.framework_item_id = top.framework_item_id
        cross join lateral item_levels(item.level_scale_id) as scale
        where scale.level <= top.level
    ), standing_at as (
        select step.framework_item_id, step.basis, step.level, sum(standing.people) as held
        from step
        join standing
            on standing.framework_item_id = step.framework_item_id and standing.basis = step.basis
               and standing.level >= step.level
        group by step.framework_item_id, step.basis, step.level
    ), dated_at as (
        select step.framework_item_id, step.basis, step.level,
               greatest(date_trunc('month', dated.from_day)::date, first_month) as month,
               sum(dated.people) filter (where dated.gain) as gains,
               sum(dated.people) filter (where not dated.gain and not cause_goes(dated.cause)) as lapses,
               sum(dated.people) filter (where not dated.gain and cause_goes(dated.cause)) as leavings
        from step
        join dated
            on dated.framework_item_id = step.framework_item_id and dated.basis = step.basis
               and dated.level >= step.level and dated.other_level < step.level
        group by 1, 2, 3, 4
    ), known as (
        select step.framework_item_id, step.basis, step.level, ahead.month, ahead.span,
               coalesce(standing_at.held, 0)::bigint as held,
               coalesce(sum(dated_at.gains) over sofar, 0)::bigint as gains,
               coalesce(sum(dated_at.lapses) over sofar, 0)::bigint as lapses,
               coalesce(sum(dated_at.leavings) over sofar, 0)::bigint as leavings
        from step
        cross join (
            select (first_month + make_interval(months => count.number - 1))::date as month,
                   count.number + begun as span
            from generate_series(1, months) as count (number)
        ) as ahead
        left join standing_at
            on standing_at.framework_item_id = step.framework_item_id and standing_at.basis = step.basis
               and standing_at.level = step.level
        left join dated_at
            on dated_at.framework_item_id = step.framework_item_id and dated_at.basis = step.basis
               and dated_at.level = step.level and dated_at.month = ahead.month
        window sofar as (partition by step.framework_item_id, step.basis, step.level order by ahead.month)
    ), modelled as (
        select known.framework_item_id, known.basis, known.level, known.month, known.held, known.gains, known.lapses,
               known.leavings, known.held + known.gains - known.lapses as staying, known.span, rates.losses,
               rates.person_months, coalesce(rates.rate, 0) as rate, coalesce(rates.variance, 0) as variance,
               1 - (1 - coalesce(rates.rate, 0)) ^ known.span as gone
        from known
        left join attrition_rates(of_organisation, of_version, forecast_cells.day, forecast_cells.edition) as rates
            on rates.framework_item_id = known.framework_item_id and rates.basis = known.basis
    )
    select modelled.framework_item_id, modelled.basis, modelled.level, modelled.month, modelled.held,
           modelled.gains, modelled.lapses, modelled.leavings,
           greatest(modelled.staying * modelled.gone - modelled.leavings, 0),
           sqrt(modelled.staying * modelled.gone * (1 - modelled.gone)
                + (modelled.staying * modelled.span * (1 - modelled.rate) ^ (modelled.span - 1)) ^ 2
                  * modelled.variance),
           coalesce(modelled.losses, 0), coalesce(modelled.person_months, 0), modelled.rate
    from modelled;
end
$$;
comment on function forecast_cells(bigint, bigint, bigint[], date, int, text, text, boolean, bigint[], text, text,
    bigint) is
    'Month by month after a day, by item, basis and at or above each level: who holds it on the day, what dated '
    'entries add and take by the end of the month, how many more leavers are to be expected (those that the rate of '
    'attrition_rates() gives of all who would be there if nobody left, less the leavings that are dated), the standard '
    'deviation of that number (binomial, and that of the rate), and what the rate rests on.';

grant execute on function attrition_rates(bigint, bigint, date, text),
    forecast_moves(bigint, bigint[], date, date, text, text, boolean, bigint[], text, text, bigint),
    forecast_cells(bigint, bigint, bigint[], date, int, text, text, boolean, bigint[], text, text, bigint)
    to skillsd_service;
