-- Records a level of somebody else on another basis than self, by an assessor in charge of the person.
-- SPDX-License-Identifier: MIT
with given as (
    select body.item, body.level, body.basis, body.evidence, body.reason,
           coalesce(body.valid_from, london_today()) as valid_from, body.valid_until + 1 as valid_before,
           coalesce(body.assessor,
                    (select left(me.given_name || ' ' || me.family_name, 200)
                     from person as me
                     where me.person_id = app_person()),
                    (select account.title from account where account.account_id = app_account())) as assessor
    from jsonb_to_record(:body) as body (item uuid, level numeric, basis text, assessor text, evidence text,
                                         reason text, valid_from date, valid_until date)
), subject as (
    select person.person_id, organisations_seeing_new(person.person_id, given.valid_from, given.valid_before) as seen_by
    from person, given
    where person.id = :person_id::uuid and (person.person_id = app_person() or app_in_charge_of(person.person_id))
), fault as (
    select case when subject.person_id = app_person() or office.lacking then 403 else 422 end as status,
           case
               when subject.person_id = app_person() then 'own_record'
               when office.lacking then 'scope_not_granted'
               when may_assess(subject.person_id, subject.seen_by) is not true
               then 'not_posted_then'
               else item_level_problem(given.item, given.level, true)
           end as problem
    from subject, given
    cross join lateral (
        select may_assess(subject.person_id, array[app_acting(), -app_acting()]) is not true as lacking
    ) as office
), recorded as (
    insert into assertion (person_id, seen_by, framework_item_id, level, basis, assessor, evidence, reason, valid_from,
                           valid_before, recorded_by)
    select subject.person_id, subject.seen_by, item.framework_item_id, given.level, given.basis, given.assessor,
           given.evidence, given.reason, given.valid_from, given.valid_before, app_account()
    from subject, given, fault, framework_item as item
    where fault.problem is null and item.id = given.item
    returning assertion_id, person_id, framework_item_id
), posted as materialized (
    select recorded.assertion_id, post_skills(recorded.person_id, recorded.framework_item_id, 'assertion') as entries
    from recorded
)
select told.id,
       told.item,
       told.framework,
       told.code,
       told.title,
       told.level,
       told.level_title,
       told.basis,
       told.assessor,
       told.evidence,
       told.reason,
       told.valid_from,
       told.valid_until,
       assertion_state(told.valid_from, told.valid_before, told.withdrawn_on, told.succeeded_on,
                       london_today()) as state,
       told.withdrawn_on,
       told.withdrawal_reason,
       told.succeeds,
       told.succeeded_by,
       told.recorded_at,
       case when fault.problem is not null then fault.status end as _status,
       fault.problem as _problem,
       (select person.id::text
        from subject
        join person on person.person_id = subject.person_id
        where subject.person_id is distinct from app_person()) as _subject,
       '/v1/assertions/' || told.id as _location,
       told.etag as _etag
from fault
left join posted on true
left join lateral assertion_now(posted.assertion_id) as told on true
