-- SPDX-License-Identifier: MIT
-- Recording the good rows of an import of assertions.

create or replace function record_assertions() returns void
language plpgsql set search_path = skills, pg_temp as $$
begin
    with added as (
        insert into assertion (id, person_id, seen_by, framework_item_id, level, basis, assessor, evidence, valid_from,
                               valid_before, recorded_by, reported_by, reference)
        select id, person_id, seen_by, framework_item_id, level, basis, assessor, evidence, valid_from, valid_before,
               app_account(), case when reference is not null then reported_by end, reference
        from judged
        where known is null
        order by line
        returning person_id
    ), noted as (
        insert into touched (person_id)
        select distinct person_id from added
    )
    insert into tally (what, added, of)
    select 'assertions', (select count(*) from added), (select count(*) from judged);

    with withdrawn as (
        insert into assertion_withdrawal (assertion_id, person_id, seen_by, withdrawn_on, reason, recorded_by)
        select held.assertion_id, held.person_id, held.seen_by, judged.withdrawn_on, judged.withdrawal_reason,
               app_account()
        from judged
        join assertion as held on held.assertion_id = coalesce(judged.known, (
            select made.assertion_id
            from assertion as made
            where made.id = judged.id))
        where judged.withdrawn_on is not null
          and not exists (
              select
              from assertion_withdrawal as known
              where known.assertion_id = held.assertion_id)
        returning assertion_id, person_id
    ), noted as (
        insert into touched (person_id)
        select distinct person_id from withdrawn
    )
    update tally
    set changed = (
            select count(*)
            from withdrawn
            join judged on judged.known = withdrawn.assertion_id)
    where what = 'assertions';
end
$$;
comment on function record_assertions() is
    'Writes the good rows of a file of assertions, counts in `tally` what they added and changed, and names in '
    '`touched` whom they concern. What is recorded already is changed by being withdrawn and in no other way.';
