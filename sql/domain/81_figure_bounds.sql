-- SPDX-License-Identifier: MIT
-- Figures that leave an organisation, second part: which totals are withheld. Whoever has all figures knows for each
-- how far the number can be from it, that totals are sums, that a level includes those below it, that nobody is
-- counted who does not serve, and solves for the cells that are not given. Each of those must be able to be anything
-- from 0 to 9.
--
-- That is shown cell by cell with a way to get there from the true numbers that breaks nothing of what is known. A
-- table (a measure, with its item, basis, level or year) is a network: each cell lies between its organisation and
-- its worker type, and has room upwards and downwards, up to what its figure allows; the total of an organisation is
-- an edge between it and the outside, that of a worker type one between it and the nation. To raise a cell by n, n
-- have to be led from its worker type to its organisation, through cells that go up or down and totals that have
-- room. By the theorem of the greatest flow and the least cut it is enough that nine can be led from and to the
-- outside at every organisation that is held by its total, at every worker type, and at the nation; what the cell
-- itself lends to that is no more than it needs less. Where nine cannot be led the total is withheld, and nothing
-- holds there any more.
--
-- Between tables: where the number in one may not be below that in another, the room between both is shared out among
-- them beforehand, so that each table can be looked at alone. Between quarters: the total of all organisations and
-- worker types is held still, so that whatever is known of it through time stays as it is.
--
-- These functions work on the temporary tables of make_edition(): figure_table, figure_cell, figure_edge. There the
-- nation is organisation 0, and all worker types are ''.

create or replace function figure_tables() returns void
language plpgsql set search_path = skills, pg_temp as $$
begin
    create temporary table figure_table on commit drop as
    select row_number() over (
               order by cells.measure, cells.framework_item_id, cells.basis, cells.level, cells.joined_year
           )::int as table_no,
           cells.measure, cells.framework_item_id, cells.basis, cells.level, cells.joined_year, 0 as like_no
    from figure_count as cells
    group by cells.measure, cells.framework_item_id, cells.basis, cells.level, cells.joined_year;
    create temporary table figure_cell on commit drop as
    select place.table_no, coalesce(counted.organisation_id, 0) as organisation_id,
           coalesce(counted.worker_type, '') as worker_type, sum(counted.people)::bigint as people,
           sum(counted.mark) as mark, null::int as figure, 0::bigint as low, 0::bigint as high,
           0::bigint as up, 0::bigint as down
    from figure_count as counted
    join figure_table as place
        on place.measure = counted.measure
           and place.framework_item_id is not distinct from counted.framework_item_id
           and place.basis is not distinct from counted.basis
           and place.level is not distinct from counted.level
           and place.joined_year is not distinct from counted.joined_year
    group by grouping sets ((place.table_no, counted.organisation_id, counted.worker_type),
                            (place.table_no, counted.organisation_id), (place.table_no, counted.worker_type),
                            (place.table_no));
    update figure_cell set figure = figure_rounded(people, mark, figure_key());
    alter table figure_cell add primary key (table_no, organisation_id, worker_type);
    -- Tables that count the same people everywhere have the same figures and move together: the first stands for all.
    update figure_table
    set like_no = alike.first_no
    from (
        select signed.table_no, min(signed.table_no) over (partition by signed.signature) as first_no
        from (
            select cell.table_no,
                   case
                       when place.measure = 'joined' then cell.table_no::text
                       else md5(string_agg(
                                concat_ws(' ', cell.organisation_id, cell.worker_type, cell.people, cell.mark), ','
                                order by cell.organisation_id, cell.worker_type))
                   end as signature
            from figure_cell as cell
            join figure_table as place on place.table_no = cell.table_no
            where cell.organisation_id <> 0 and cell.worker_type <> ''
            group by cell.table_no, place.measure
        ) as signed
    ) as alike
    where figure_table.table_no = alike.table_no;
end
$$;
comment on function figure_tables() is
    'Numbers the tables of the cube, counts their totals and rounds every figure. For make_edition() alone.';

create or replace function figure_edges() returns void
language plpgsql set search_path = skills, pg_temp as $$
begin
    create temporary table figure_edge on commit drop as
    with above as (
        select place.table_no, place.measure, place.like_no, strength.like_no as strength_no,
               lag(place.like_no) over (
                   partition by place.framework_item_id, place.basis
                   order by place.level
               ) as lower_no, (
                   select other.like_no
                   from figure_table as other
                   where place.basis = 'assessed'
                     and other.measure = 'held'
                     and other.basis = 'any'
                     and other.framework_item_id = place.framework_item_id
                     and other.level is not distinct from place.level
               ) as any_no
        from figure_table as place
        cross join (select first.like_no from figure_table as first where first.measure = 'strength') as strength
        where place.measure in ('held', 'developed')
    )
    select distinct above.like_no as child, parent.like_no as parent, parent.like_no = above.strength_no as strength
    from above
    cross join lateral (
        values (above.lower_no), (above.any_no), (case when num_nonnulls(above.lower_no, above.any_no) = 0
                                                  then above.strength_no end)
    ) as parent (like_no)
    where parent.like_no <> above.like_no;
end
$$;
comment on function figure_edges() is
    'Which tables count, in every cell, some of the people that another counts: a level of those of the level below, '
    'what is assessed of what is held on any basis, all else of who serves. For make_edition() alone.';

create or replace function figure_room() returns void
language plpgsql set search_path = skills, pg_temp set enable_nestloop = off as $$
begin
    update figure_cell
    set low = case when figure is null then 0 when figure = 10 then 10 else figure - 4 end,
        high = case when figure is null then 9 else figure + 4 end;
    -- The five years of joining are of different people, so that together they are no more than the strength. Where
    -- that could tell of one of them, none of them is given.
    update figure_cell as cell
    set figure = null, low = 0, high = cell.people
    from (
        select strength.organisation_id, strength.worker_type
        from figure_cell as joined
        join figure_table as place on place.table_no = joined.table_no and place.measure = 'joined'
        join figure_cell as strength
            on strength.organisation_id = joined.organisation_id and strength.worker_type = joined.worker_type
        join figure_table as whole on whole.table_no = strength.table_no and whole.measure = 'strength'
        where joined.organisation_id <> 0 and joined.worker_type <> ''
        group by strength.organisation_id, strength.worker_type, strength.low
        having strength.low < sum(joined.high - 9) + 5 * 9
    ) as narrow, figure_table as place
    where place.table_no = cell.table_no
      and place.measure = 'joined'
      and cell.organisation_id = narrow.organisation_id
      and cell.worker_type = narrow.worker_type;
    update figure_cell set up = high - people, down = people - low;
    -- The strength takes half of the room down to the most that any part of it has.
    update figure_cell as cell
    set down = least(cell.down, (cell.people - below.most) / 2)
    from (
        select parts.parent, parts.organisation_id, parts.worker_type, max(parts.people) as most
        from (
            select edge.parent, child.organisation_id, child.worker_type, child.people
            from figure_edge as edge
            join figure_cell as child on child.table_no = edge.child
            where edge.strength
            union all
            select whole.like_no, child.organisation_id, child.worker_type, sum(child.people)
            from figure_table as whole
            join figure_table as place on place.measure = 'joined'
            join figure_cell as child on child.table_no = place.table_no
            where whole.measure = 'strength'
            group by whole.like_no, child.organisation_id, child.worker_type
        ) as parts
        group by parts.parent, parts.organisation_id, parts.worker_type
    ) as below
    where cell.table_no = below.parent
      and cell.organisation_id = below.organisation_id
      and cell.worker_type = below.worker_type;
    -- Other pairs share theirs by halves, an odd one going now to this, now to that one.
    update figure_cell as cell
    set up = least(cell.up, shared.up), down = least(cell.down, shared.down)
    from (
        select share.table_no, pair.organisation_id, pair.worker_type, min(share.up) as up, min(share.down) as down
        from (
            select edge.child, edge.parent, child.organisation_id, child.worker_type,
                   parent.people - child.people as room,
                   case
                       when edge.strength then parent.people - parent.down - child.people
                       else (parent.people - child.people + (child.organisation_id + edge.child) % 2) / 2
                   end as up,
                   edge.strength
            from figure_edge as edge
            join figure_cell as child on child.table_no = edge.child
            join figure_cell as parent
                on parent.table_no = edge.parent
                   and parent.organisation_id = child.organisation_id
                   and parent.worker_type = child.worker_type
            where child.organisation_id <> 0 and child.worker_type <> '' and parent.low < child.high
        ) as pair
        cross join lateral (
            values (pair.child, pair.up, null),
                   (pair.parent, null, case when not pair.strength then pair.room - pair.up end)
        ) as share (table_no, up, down)
        group by share.table_no, pair.organisation_id, pair.worker_type
    ) as shared
    where cell.table_no = shared.table_no
      and cell.organisation_id = shared.organisation_id
      and cell.worker_type = shared.worker_type;
end
$$;
comment on function figure_room() is
    'How far each cell can be raised and lowered, as far as its figure and its share of the room to other tables '
    'allow. For make_edition() alone.';

create or replace function figure_withhold() returns void
language plpgsql set search_path = skills, pg_temp set enable_nestloop = off as $$
-- Whole tables are joined here, and a planner that takes their parts for small would loop over them for hours.
begin
    create temporary table figure_cut on commit drop as
    with cell as (
        select cell.table_no, cell.organisation_id, cell.worker_type, cell.up, cell.down
        from figure_cell as cell
        join figure_table as place on place.table_no = cell.table_no and place.like_no = place.table_no
        where cell.organisation_id <> 0 and cell.worker_type <> ''
    ), total as (
        select cell.table_no, cell.organisation_id, cell.worker_type, cell.figure, cell.people, cell.up, cell.down
        from figure_cell as cell
        where cell.organisation_id = 0 or cell.worker_type = ''
    ), organisation_sum as (
        select cell.table_no, cell.organisation_id, sum(cell.up) as up, sum(cell.down) as down
        from cell
        group by cell.table_no, cell.organisation_id
    ), organisation_total as (
        -- Where no total holds, as many as one likes come in and go out.
        select parts.table_no, parts.organisation_id, held.holds,
               case when held.holds then total.up else 1000000 end as come,
               case when held.holds then total.down else 1000000 end as go
        from organisation_sum as parts
        join total
            on total.table_no = parts.table_no and total.organisation_id = parts.organisation_id
               and total.worker_type = ''
        cross join lateral (
            select total.figure is not null and total.up + parts.down >= 9 and total.down + parts.up >= 9 as holds
        ) as held
    ), worker_type_total as (
        select cell.table_no, cell.worker_type, total.figure, total.people, total.up, total.down,
               total.figure is not null
                   and sum(least(place.come, cell.up)) - max(least(place.come, cell.up)) >= 9
                   and sum(least(place.go, cell.down)) >= 9 as holds
        from cell
        join organisation_total as place
            on place.table_no = cell.table_no and place.organisation_id = cell.organisation_id
        join total
            on total.table_no = cell.table_no and total.organisation_id = 0 and total.worker_type = cell.worker_type
        group by cell.table_no, cell.worker_type, total.figure, total.people, total.up, total.down
    ), loose as (
        -- What reaches the nation through worker types whose totals do not hold, by organisation.
        select cell.table_no, cell.organisation_id, place.come, place.go, sum(cell.up) as up, sum(cell.down) as down
        from cell
        join organisation_total as place
            on place.table_no = cell.table_no and place.organisation_id = cell.organisation_id
        join worker_type_total as kind
            on kind.table_no = cell.table_no and kind.worker_type = cell.worker_type and not kind.holds
        group by cell.table_no, cell.organisation_id, place.come, place.go
    ), loose_sum as (
        select loose.table_no, sum(least(loose.come, loose.up)) as up, max(least(loose.come, loose.up)) as most_up,
               sum(least(loose.go, loose.down)) as down
        from loose
        group by loose.table_no
    ), held_sum as (
        select kind.table_no, coalesce(sum(kind.up) filter (where kind.holds), 0) as up,
               coalesce(sum(kind.down) filter (where kind.holds), 0) as down
        from worker_type_total as kind
        group by kind.table_no
    ), without_one as (
        -- A worker type of few people can have none at all, and then lends nothing.
        select kind.table_no, kind.worker_type,
               sum(least(loose.come, loose.up - coalesce(own.up, 0))) as up
        from worker_type_total as kind
        join loose on loose.table_no = kind.table_no
        left join cell as own
            on own.table_no = kind.table_no and own.organisation_id = loose.organisation_id
               and own.worker_type = kind.worker_type
        where kind.figure is null
        group by kind.table_no, kind.worker_type
    ), narrow as (
        select held.table_no
        from held_sum as held
        left join loose_sum as loose on loose.table_no = held.table_no
        where held.up + coalesce(loose.up - loose.most_up, 0) < 9
           or held.down + coalesce(loose.down, 0) < 9
           or exists (
               select
               from without_one as other
               where other.table_no = held.table_no and held.up + other.up < 9)
    ), smallest as (
        -- The nation's total is worth more than that of one worker type, whose cells lend it nine as they do to their
        -- own.
        select distinct on (kind.table_no) kind.table_no, kind.worker_type
        from worker_type_total as kind
        join narrow on narrow.table_no = kind.table_no
        where kind.holds
        order by kind.table_no, kind.people, kind.worker_type
    )
    select place.table_no, place.organisation_id, '' as worker_type
    from organisation_total as place
    where not place.holds
    union all
    select kind.table_no, 0, kind.worker_type
    from worker_type_total as kind
    where not kind.holds
    union all
    select smallest.table_no, 0, smallest.worker_type
    from smallest
    union all
    select narrow.table_no, 0, ''
    from narrow
    where not exists (select from smallest where smallest.table_no = narrow.table_no);
end
$$;
comment on function figure_withhold() is
    'Finds the totals that are withheld, with those below ten: those at which nine cannot be led, and for the sake '
    'of the nation, where it would be one of them, the smallest of its worker types instead. For make_edition() '
    'alone.';
