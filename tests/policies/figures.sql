-- SPDX-License-Identifier: MIT
-- Figures of the nation: read with reports:national for the nation alone, written by nobody who asks, changed by nobody at all; and no other way to a figure
-- across organisations.
-- tables: national_edition national_figure
begin;
\ir cast.sql
insert into national_edition (quarter_end, number, made_at) values ('2199-03-31', 1, now());
insert into national_figure (national_edition_id, measure, organisation_id, people)
select national_edition_id, 'strength', tap.key('organisation', 'H'), 15 from national_edition where quarter_end = '2199-03-31';
insert into skill_balance (organisation_id, year, framework_item_id, basis, level, withheld, people) values (0, 2199, 1, 'self', 0, false, 12);
insert into skill_month (organisation_id, month, framework_item_id, basis, level, withheld, people) values (0, '2199-01-01', 1, 'self', 0, false, 12);
insert into skill_flow (organisation_id, month, framework_item_id, basis, cause, gain, level, withheld, people)
values (0, '2199-01-01', 1, 'self', 'assessed', true, 0, false, 12);
create function tap.nations(who text, relation text) returns bigint language plpgsql as $$
declare
    found bigint;
begin
    perform tap.be(who);
    execute format('select count(*) from %I where organisation_id = 0', relation) into found;
    return found;
end
$$;
create function tap.standing(who text, of_organisation bigint) returns bigint language plpgsql as $$
begin
    perform tap.be(who);
    return (select coalesce(sum(standing.people), 0) from skills_standing(of_organisation, '2199-12-31', null) as standing);
end
$$;
select no_plan();

select set_eq($$
    select tablename::text from pg_policies
    where schemaname = 'skills' and coalesce(qual, '') ~ 'reports:national'
$$, array['national_edition', 'national_figure'], 'and these tables alone are read with reports:national');

-- As the schema's owner, before anybody else is taken on.
select throws_like(what, '%never changed%', what || ' is refused to the owner too')
from unnest(array['update national_figure set people = 20', 'delete from national_figure', 'truncate national_figure']) as what;
select throws_ok($$insert into national_figure (national_edition_id, measure, people) select national_edition_id, 'strength', 17 from national_edition limit 1$$, '23514',
                 null, 'a figure that is not rounded is no figure');
select throws_ok($$insert into national_figure (national_edition_id, measure, people) select national_edition_id, 'strength', 5 from national_edition limit 1$$, '23514',
                 null, 'nor is one below ten');

select tap.sees_nothing(relation) from unnest('{national_edition,national_figure}'::text[]) as relation;
select tap.sees('college', 'national_edition', '{some}');
select tap.sees('college', 'national_figure', '{some}');
select tap.sees('nation', 'national_edition', '{some}');
select tap.sees('nation', 'national_figure', '{}');
select tap.sees(who, relation, '{}')
from unnest('{unknown,officer,manager,hr,cleared,hr_of_A,reader,auditor,admin,provider}'::text[]) as who,
     unnest('{national_edition,national_figure}'::text[]) as relation;
select tap.refused(who, 'select from figure_secret') from unnest('{college,nation,hr,cleared}'::text[]) as who;
select tap.refused(who, 'select figure_key()') from unnest('{college,nation,hr}'::text[]) as who;
select tap.refused('college', format('select figure_counts(%L, %L)', '2025-03-31', 'a key'));

-- What is given stays as it is.
select tap.refused(who, what)
from unnest('{college,nation}'::text[]) as who,
     unnest(array['delete from national_figure', 'truncate national_figure', 'update national_figure set people = 20', 'delete from national_edition',
                  'update national_edition set made_at = null', 'insert into national_figure (national_edition_id, measure, people) values (1, ''strength'', 15)']) as what;
-- A correction: by an administrator of the nation, with a reason.
select tap.writes('nation', $$insert into national_edition (quarter_end, number, reason) values ('2199-03-31', 2, 'It was counted early.')$$, 1);
select tap.refused(who, $$insert into national_edition (quarter_end, number, reason) values ('2199-03-31', 3, 'It was counted early.')$$)
from unnest('{college,admin,hr,officer,unknown}'::text[]) as who;
select tap.refused('nation', $$insert into national_edition (quarter_end, number, reason, made_at) values ('2199-03-31', 3, 'It was counted early.', now())$$);

-- Other ways: the rows of the nation in the ledger's balances are nobody's, and the ledger's functions read within the wall.
select is(tap.nations(who, relation), 0::bigint, who || ' reads no row of the nation in ' || relation)
from unnest('{nobody,college,nation,hr,cleared,reader,auditor,admin}'::text[]) as who, unnest('{skill_balance,skill_month,skill_flow}'::text[]) as relation;
select is(tap.standing('college', 0), 0::bigint, 'the College has no figures of the nation from the ledger');
select is(tap.standing('college', tap.key('organisation', 'H')), 0::bigint, 'nor of a force');
select is(tap.standing('hr_of_A', tap.key('organisation', 'H')), 0::bigint, 'nor has another force');
select tap.sees('college', relation, '{}') from unnest('{person,posting,assertion,activity,activity_version,activity_alignment,skill_ledger}'::text[]) as relation;
select * from finish();
rollback;
