-- SPDX-License-Identifier: MIT
-- Judging the rows of an import of assertions: each by itself, beside the others and beside what is recorded, every
-- fault with its line and column.

create or replace function import_assertions_judged() returns void
language plpgsql set search_path = skills, pg_temp as $$
begin
    create temporary table judged on commit drop as
    select plan.line, plan.person_id, plan.framework_item_id, plan.level, plan.basis, plan.assessor, plan.evidence,
           plan.valid_from, plan.valid_before, plan.reported_by, plan.reference, plan.withdrawn_on,
           plan.withdrawal_reason, gen_random_uuid() as id, null::bigint as known,
           case
               when window_of.person_id is null
               then '{}'
               when not window_of.single
               then organisations_seeing(plan.person_id, plan.valid_from, plan.valid_before)
               when (plan.valid_before is null or window_of.starts_on < plan.valid_before)
                    and (window_of.ends_before is null or window_of.ends_before > plan.valid_from)
               then window_of.seen_by
               else '{}'
           end as seen_by
    from plan
    left join window_of on window_of.person_id = plan.person_id
    where not exists (select from fault where fault.line = plan.line);
    analyze judged;
end
$$;
comment on function import_assertions_judged() is
    'The rows without a fault of their own, as `judged`, with who will see them.';

create or replace function import_assertions_judge_rows() returns void
language plpgsql set search_path = skills, pg_temp as $$
begin
    insert into fault (line, column_name, reason)
    with caller as materialized (
        select import_place() as place, app_person() as person_id, london_today() as today
    )
    select plan.line, rule.column_name, format(rule.reason, rule.value)
    from plan
    cross join caller
    cross join lateral (
        values ('organisation', plan.organisation_word, plan.organisation_word is not null and plan.reported_by is null,
                'No organisation has the code or identifier "%s".'),
               ('organisation', plan.organisation_word, plan.reported_by <> caller.place,
                'This import is for another organisation than "%s".'),
               ('organisation', plan.organisation_word,
                plan.reported_by is null and plan.organisation_word is null
                    and (plan.staff_number is not null or plan.reference is not null),
                'A staff number and a reference need their organisation.'),
               ('person_id', plan.person_word, plan.person_word is null and plan.staff_number is null,
                'A person_id or a staff number is required.'),
               ('person_id', plan.person_word, uuid_written(plan.person_word) is null and plan.person_word is not null,
                '"%s" is not a UUID.'),
               ('person_id', plan.person_word,
                plan.given_person is null and uuid_written(plan.person_word) is not null,
                'The person "%s" is not known here.'),
               ('staff_number', plan.staff_number,
                plan.staff_number is not null and plan.person_word is null and plan.person_id is null
                    and plan.reported_by = coalesce(caller.place, plan.reported_by),
                'The staff number "%s" is not known here.'),
               ('staff_number', plan.staff_number, plan.number_person <> plan.given_person,
                'The staff number "%s" belongs to another person.'),
               ('person_id', plan.person_word, plan.person_id = caller.person_id,
                'Nobody endorses, assesses or accredits themselves.'),
               ('item', plan.item_word, plan.item_word is null, 'An item is required.'),
               ('framework', plan.framework,
                plan.framework is null and uuid_written(plan.item_word) is null and plan.item_word is not null,
                'The code of an item needs its framework.'),
               ('framework', plan.framework,
                plan.framework is not null and not plan.framework_known,
                'No framework or version has the code or identifier "%s".'),
               ('item', plan.item_word,
                plan.framework_item_id is null and plan.item_word is not null
                    and (plan.framework_known or (plan.framework is null and uuid_written(plan.item_word) is not null)),
                'There is no item "%s" in the framework.'),
               ('item', plan.item_word, plan.items_found > 1, 'Several items have the code "%s"; give its identifier.'),
               ('level', plan.level_word,
                plan.framework_item_id is not null and plan.level_scale_id is null and plan.level_word is not null,
                'The item has no levels; leave "%s" out.'),
               ('level', plan.level_word, plan.level_scale_id is not null and plan.level_word is null,
                'The item has levels; say which.'),
               ('level', plan.level_word,
                plan.level_scale_id is not null and plan.level_word is not null and plan.level is null,
                'The level "%s" is not on the scale of the item.'),
               ('basis', plan.basis_word, plan.basis_word is null, 'A basis is required.'),
               ('basis', plan.basis_word, plan.basis_word is not null and (plan.basis is null or plan.basis = 'self'),
                '"%s" is not a basis on which somebody else speaks: endorsed, assessed or accredited.'),
               ('assessor', plan.assessor, plan.assessor is null, 'An assessor is required.'),
               ('assessor', plan.assessor, length(plan.assessor) > 200, 'The assessor is longer than 200 characters.'),
               ('evidence', plan.evidence, length(plan.evidence) > 4000,
                'The evidence is longer than 4,000 characters.'),
               ('valid_from', plan.from_word, plan.from_word is null, 'The first day is required.'),
               ('valid_from', plan.from_word, plan.from_word is not null and plan.valid_from is null,
                '"%s" is not a day written YYYY-MM-DD or DD/MM/YYYY.'),
               ('valid_from', plan.from_word, plan.valid_from < '1950-01-01', 'The first day "%s" is before 1950.'),
               ('valid_until', plan.until_word, plan.until_word is not null and plan.valid_before is null,
                '"%s" is not a day written YYYY-MM-DD or DD/MM/YYYY.'),
               ('valid_until', plan.until_word, plan.valid_before <= plan.valid_from,
                'The last day "%s" is before the first.'),
               ('reference', plan.reference, length(plan.reference) > 200,
                'The reference is longer than 200 characters.'),
               ('withdrawn_on', plan.withdrawn_word, plan.withdrawn_word is not null and plan.withdrawn_on is null,
                '"%s" is not a day written YYYY-MM-DD or DD/MM/YYYY.'),
               ('withdrawn_on', plan.withdrawn_word, plan.withdrawn_on > caller.today,
                'The day "%s" of the withdrawal is in the future.'),
               ('withdrawal_reason', plan.withdrawal_reason,
                plan.withdrawal_reason is not null and plan.withdrawn_word is null,
                'A reason stands without the day of a withdrawal.'),
               ('withdrawal_reason', plan.withdrawal_reason, length(plan.withdrawal_reason) > 1000,
                'The reason is longer than 1,000 characters.')
    ) as rule (column_name, value, broken, reason)
    -- Of a row like most, which breaks none of them, the rules need not be gone through one by one.
    where rule.broken
      and (plan.person_id <> coalesce(caller.person_id, 0)
           and plan.reported_by = coalesce(caller.place, plan.reported_by)
           and (plan.person_word is null or plan.given_person is not null)
           and coalesce(plan.number_person = plan.given_person, true)
           and plan.framework_known
           and plan.framework_item_id is not null
           and plan.items_found = 1
           and (plan.level_scale_id is null) = (plan.level_word is null)
           and (plan.level_word is null) = (plan.level is null)
           and plan.basis <> 'self'
           and length(plan.assessor) <= 200
           and coalesce(length(plan.evidence), 0) <= 4000
           and plan.valid_from >= '1950-01-01'
           and (plan.until_word is null or plan.valid_before > plan.valid_from)
           and coalesce(length(plan.reference), 0) <= 200
           and plan.withdrawn_word is null
           and plan.withdrawal_reason is null) is not true;
end
$$;
comment on function import_assertions_judge_rows() is 'Faults of a row by itself.';

create or replace function import_assertions_judge_together() returns void
language plpgsql set search_path = skills, pg_temp as $$
begin
    update judged
    set known = held.assertion_id
    from assertion as held
    where judged.reference is not null
      and held.reported_by = judged.reported_by
      and held.reference = judged.reference;
    update judged
    set known = held.assertion_id
    from assertion as held
    where judged.reference is null
      and held.person_id = judged.person_id
      and held.framework_item_id = judged.framework_item_id
      and held.basis = judged.basis
      and held.valid_from = judged.valid_from
      and (held.level, held.assessor, held.evidence, held.valid_before)
          is not distinct from (judged.level, judged.assessor, judged.evidence, judged.valid_before);

    insert into fault (line, column_name, reason)
    select line, 'valid_from', 'The person has no posting to your organisation in that time.'
    from judged
    where case when import_place() is null then seen_by = '{}' else import_sees(seen_by) is not true end
    union all
    select line, 'reference', format('Line %s has the same reference "%s".', first_line, reference)
    from (
        select line, reference, first_value(line) over (partition by reported_by, reference order by line) as first_line
        from judged
        where reference is not null
    ) as named
    where named.line <> named.first_line
    union all
    select line, 'row', format('Line %s says the same of the same person.', first_line)
    from (
        select line, first_value(line) over (partition by person_id, framework_item_id, basis, level, valid_from,
                                             valid_before, assessor, evidence order by line) as first_line
        from judged
        where reference is null
    ) as said
    where said.line <> said.first_line
    union all
    select judged.line, 'reference',
           format('The reference "%s" is that of another assertion; one is never changed, but withdrawn.',
                  judged.reference)
    from judged
    join assertion as held on held.assertion_id = judged.known
    where (held.person_id, held.framework_item_id, held.basis, held.level, held.assessor, held.evidence,
           held.valid_from, held.valid_before)
          is distinct from
          (judged.person_id, judged.framework_item_id, judged.basis, judged.level, judged.assessor, judged.evidence,
           judged.valid_from, judged.valid_before)
    union all
    select judged.line, 'withdrawn_on', format('It is withdrawn already, from %s on.', withdrawal.withdrawn_on)
    from judged
    join assertion_withdrawal as withdrawal on withdrawal.assertion_id = judged.known
    where judged.withdrawn_on <> withdrawal.withdrawn_on;
end
$$;
comment on function import_assertions_judge_together() is
    'Finds what is recorded already, by its reference or, without one, by saying the same; and faults of a row '
    'beside other rows or what is recorded.';

create or replace function judge_assertions() returns void
language plpgsql set search_path = skills, pg_temp as $$
begin
    -- One import at a time, so that what was not recorded still is not when it is written.
    perform pg_advisory_xact_lock(hashtext('skillsd import assertions'));
    create temporary table fault (line bigint, column_name text, reason text) on commit drop;
    create temporary table tally (what text, added bigint, changed bigint not null default 0, of bigint)
    on commit drop;
    create temporary table touched (person_id bigint) on commit drop;
    perform import_assertions_words();
    perform import_assertions_plan();
    -- Who sees what is said of them stays so until it is written.
    perform
    from person
    where person.person_id in (select plan.person_id from plan)
    order by person.person_id
    for no key update;
    perform import_assertions_windows();
    perform import_assertions_judge_rows();
    create index on fault (line);
    analyze fault;
    perform import_assertions_judged();
    perform import_assertions_judge_together();
    delete from judged
    where exists (select from fault where fault.line = judged.line);
end
$$;
comment on function judge_assertions() is
    'Reads and judges a file of assertions: the good rows are then `judged`, the bad ones stand in `fault`.';
