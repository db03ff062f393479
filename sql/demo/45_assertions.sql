-- SPDX-License-Identifier: MIT
-- Records what was made up in demo_assertion; one in 70 is withdrawn.

create temporary table demo_recorded on commit drop as
select nextval(pg_get_serial_sequence('assertion', 'assertion_id')) as assertion_id, made.n, made.tag,
       made.organisation, made.succeeds, made.framework_item_id, made.level, made.basis, made.valid_from,
       made.valid_before, made.person_id,
       case
           when cardinality(made.seen_by) = 1 then made.seen_by
           else pg_temp.seeing(made.n, made.valid_from, made.valid_before)
       end as seen_by
from (
    select made.n, made.tag, made.organisation, made.succeeds, made.framework_item_id, made.level, made.basis,
           made.valid_from, made.valid_before, known.person_id, known.seen_by
    from demo_assertion as made
    join demo_known as known on known.n = made.n
    order by made.valid_from, made.n, made.tag
) as made;
analyze demo_recorded;

insert into assertion (assertion_id, id, person_id, seen_by, framework_item_id, level, basis, assessor, evidence,
                       valid_from, valid_before, succeeds, recorded_at)
overriding system value
select made.assertion_id, stable_id('demo-assertion:' || demo.tag || made.n || ':' || made.tag), made.person_id,
       made.seen_by, made.framework_item_id, made.level, made.basis,
       case made.basis
           when 'endorsed' then 'Line manager'
           when 'assessed' then made.organisation || ' assessment centre'
           when 'accredited' then made.organisation || ' accreditation board'
       end,
       case
           when made.basis = 'self' and drawn.evidence < 0.5
           then 'Work of the last months, discussed in one-to-ones.'
       end,
       made.valid_from, made.valid_before, before.assertion_id,
       least(now(), made.valid_from + 1 + drawn.recorded * interval '20 days')
from demo_recorded as made
cross join demo
left join demo_recorded as before on before.n = made.n and before.tag = made.succeeds
cross join lateral (
    select pg_temp.draw('evidence ' || made.tag, made.n) as evidence,
           pg_temp.draw('recorded ' || made.tag, made.n) as recorded
) as drawn
order by made.assertion_id;

insert into assertion_withdrawal (assertion_id, person_id, seen_by, withdrawn_on, reason, recorded_at)
select made.assertion_id, made.person_id, made.seen_by, drawn.day,
       case when made.basis = 'self' then 'Claimed too early.' else 'Recorded for the wrong person.' end,
       least(now(), drawn.day + interval '1 day')
from demo_recorded as made
cross join demo
cross join lateral (
    select made.valid_from + floor(300 * pg_temp.draw('withdrawn after ' || made.tag, made.n))::int as day
) as drawn
where pg_temp.draw('withdrawn ' || made.tag, made.n) < 0.015 and drawn.day < demo.anchor
order by made.assertion_id;
