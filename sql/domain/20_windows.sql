-- SPDX-License-Identifier: MIT
-- Which organisations see what of a person: those with a posting that overlaps it in time, and those that the person
-- shares it with. Where a posting is sensitive, the person is withheld from the organisation's readers without
-- clearance.

create or replace function organisations_seeing(whose bigint, starts_on date, ends_before date) returns bigint[]
language plpgsql stable security definer set search_path = skills, pg_temp as $$
begin
    return coalesce((
        select array_agg(case when withheld.found then -seeing.organisation_id else seeing.organisation_id end
                         order by seeing.organisation_id)
        from (
            select posting.organisation_id
            from posting
            where posting.person_id = whose
              and (organisations_seeing.ends_before is null or posting.starts_on < organisations_seeing.ends_before)
              and (posting.ends_before is null or posting.ends_before > organisations_seeing.starts_on)
            union
            select share.organisation_id
            from record_share as share
            where share.person_id = whose
              and share.ended_at is null
              and (share.from_day is null or organisations_seeing.ends_before is null
                   or share.from_day < organisations_seeing.ends_before)
              and share.until_day >= organisations_seeing.starts_on
        ) as seeing
        cross join lateral (
            select exists (
                select
                from posting
                where posting.person_id = whose
                  and posting.organisation_id = seeing.organisation_id
                  and posting.withheld) as found
        ) as withheld), '{}');
end
$$;
comment on function organisations_seeing(bigint, date, date) is
    'public: organisations with a posting of the person that overlaps the days given (half-open; null: no end), and '
    'those that the person shares these days of the record with; one from which the person is withheld stands with a '
    'minus. Runs as its owner, because who records an assertion need not see all postings of the person; it gives keys '
    'of organisations and nothing else.';

create or replace function organisations_seeing_new(whose bigint, starts_on date, ends_before date) returns bigint[]
language plpgsql security definer set search_path = skills, pg_temp as $$
begin
    -- Postings and shares are written under this lock: what is found below is so until what is being written is there.
    perform from person where person.person_id = whose for no key update;
    return organisations_seeing(whose, organisations_seeing_new.starts_on, organisations_seeing_new.ends_before);
end
$$;
comment on function organisations_seeing_new(bigint, date, date) is
    'public: organisations_seeing() for what is being written now, under the person''s lock. Without it, who writes '
    'while a posting is made or becomes sensitive would keep what was so before, for see_people() cannot see what is '
    'not committed yet. Runs as its owner, as organisations_seeing() does, and to lock a person that the caller may '
    'not change.';

create or replace function own_record() returns bigint
language plpgsql security definer set search_path = skills, pg_temp as $$
begin
    perform from person where person.person_id = app_person() for no key update;
    return app_person();
end
$$;
comment on function own_record() is
    'public: the caller''s person, locked: the first thing of a statement that goes on to lock a part of the record, '
    'for everybody locks the person first. Runs as its owner, to lock a person that the caller may not change; it '
    'takes no other person than the caller.';

create or replace view person_withheld with (security_invoker) as
select posting.person_id, posting.organisation_id,
       bool_or(posting.sensitive or coalesce(unit.sensitive, false)) as withheld
from posting
left join unit on unit.unit_id = posting.unit_id
group by posting.person_id, posting.organisation_id;
comment on view person_withheld is
    'Whether a person is withheld in an organisation: one of their postings there, at any time, is sensitive by itself '
    'or by its unit.';

create or replace function withhold_people(people bigint[]) returns void
language sql set search_path = skills, pg_temp as $$
    update posting
    set withheld = known.withheld
    from person_withheld as known
    where known.person_id = any (people)
      and posting.person_id = known.person_id
      and posting.organisation_id = known.organisation_id
      and posting.withheld <> known.withheld;
    update transfer
    set withheld = known.withheld
    from person_withheld as known
    where known.person_id = any (people)
      and transfer.person_id = known.person_id
      and transfer.from_organisation_id = known.organisation_id
      and transfer.withheld <> known.withheld;
    update transfer
    set withheld_there = known.withheld
    from person_withheld as known
    where known.person_id = any (people)
      and transfer.person_id = known.person_id
      and transfer.to_organisation_id = known.organisation_id
      and transfer.withheld_there <> known.withheld;
    update posting_retraction
    set withheld = known.withheld
    from person_withheld as known
    where known.person_id = any (people)
      and posting_retraction.person_id = known.person_id
      and posting_retraction.organisation_id = known.organisation_id
      and posting_retraction.withheld <> known.withheld;
    update posting_past
    set withheld = known.withheld
    from person_withheld as known
    where known.person_id = any (people)
      and posting_past.person_id = known.person_id
      and posting_past.organisation_id = known.organisation_id
      and posting_past.withheld <> known.withheld
$$;
comment on function withhold_people(bigint[]) is
    'Withholds all postings of people in the organisations where one is sensitive, as they are and as they were known, '
    'what was retracted there, and their transfers from there and to there, or lifts it. For see_people() alone.';

create or replace function see_people(people bigint[]) returns void
language plpgsql set search_path = skills, pg_temp as $$
begin
    perform from person where person_id = any (people) order by person_id for no key update;
    -- Whoever marks a unit is waited for, or waits until these postings are there to be seen.
    perform
    from unit
    where unit.unit_id in (select posting.unit_id from posting where posting.person_id = any (people))
    order by unit.unit_id
    for share;
    perform withhold_people(people);
    update person
    set seen_by = now.seen_by
    from (
        select person.person_id, organisations_seeing(person.person_id, '-infinity', null) as seen_by
        from person
        where person.person_id = any (people)
        offset 0
    ) as now
    where person.person_id = now.person_id and person.seen_by <> now.seen_by;
    -- What hangs on an activity is found by it, for the tables have no index by person.
    update activity_version as v
    set seen_by = now.seen_by
    from (
        select v.activity_id, v.version, organisations_seeing(a.person_id, v.happened_on, v.happened_on + 1) as seen_by
        from activity as a
        join activity_version as v on v.activity_id = a.activity_id
        where a.person_id = any (people)
        offset 0
    ) as now
    where v.activity_id = now.activity_id and v.version = now.version and v.seen_by <> now.seen_by;
    update activity as a
    set seen_by = v.seen_by
    from activity_version as v
    where a.person_id = any (people)
      and v.activity_id = a.activity_id
      and v.version = a.version
      and a.seen_by <> v.seen_by;
    update activity_alignment as l
    set seen_by = v.seen_by
    from activity as a
    join activity_version as v on v.activity_id = a.activity_id
    where a.person_id = any (people)
      and l.activity_id = v.activity_id
      and l.version = v.version
      and l.seen_by <> v.seen_by;
    update activity_reflection as r
    set seen_by = v.seen_by
    from activity as a
    join activity_version as v on v.activity_id = a.activity_id
    where a.person_id = any (people)
      and r.activity_id = v.activity_id
      and r.version = v.version
      and r.seen_by <> v.seen_by;
    update assertion as a
    set seen_by = now.seen_by
    from (
        select a.assertion_id, organisations_seeing(a.person_id, a.valid_from, a.valid_before) as seen_by
        from assertion as a
        where a.person_id = any (people)
        offset 0
    ) as now
    where a.assertion_id = now.assertion_id and a.seen_by <> now.seen_by;
    update assertion_withdrawal as w
    set seen_by = a.seen_by
    from assertion as a
    where a.person_id = any (people) and a.assertion_id = w.assertion_id and w.seen_by <> a.seen_by;
end
$$;
comment on function see_people(bigint[]) is
    'Brings seen_by of everything of people up to date after a change of postings, under their locks, taken in the '
    'order of their keys, and those of the units that they were ever posted to. For the schema''s owner alone.';

create or replace function see_person(whose bigint) returns void language sql set search_path = skills, pg_temp as $$
    select see_people(array[whose])
$$;
comment on function see_person(bigint) is 'see_people() of one. For the schema''s owner alone.';

create or replace function share_record(organisation text, from_day date, until_day date) returns bigint
language plpgsql security definer set search_path = skills, pg_temp as $$
declare
    made bigint;
begin
    perform from person where person_id = app_person() for no key update;
    insert into record_share (person_id, organisation_id, from_day, until_day)
    select app_person(), found.organisation_id, share_record.from_day, share_record.until_day
    from organisation as found
    where found.id::text = lower(share_record.organisation) or found.code = share_record.organisation
    returning record_share_id into made;
    perform see_person(app_person());
    return made;
end
$$;
comment on function share_record(text, date, date) is
    'public: shares the days given of the caller''s own record with an organisation, and gives the key of the share. '
    'Runs as its owner, because what an organisation sees is kept in the record''s rows; it takes no other person than '
    'the caller.';

create or replace function end_share(share uuid) returns boolean
language plpgsql security definer set search_path = skills, pg_temp as $$
begin
    perform from person where person_id = app_person() for no key update;
    update record_share
    set ended_at = now()
    where record_share.id = end_share.share and person_id = app_person() and ended_at is null;
    if not found then
        return false;
    end if;
    perform see_person(app_person());
    return true;
end
$$;
comment on function end_share(uuid) is
    'public: ends a share of the caller''s own record; false when there is none that stands. Runs as its owner, as '
    'share_record() does, and takes no other person than the caller.';

create or replace function close_framework_version(version_id bigint) returns void
language sql set search_path = skills, pg_temp as $$
    with recursive closure (ancestor_id, framework_item_id) as (
        select framework_item_id, framework_item_id
        from framework_item
        where framework_version_id = version_id
        union
        select association.destination_id, closure.framework_item_id
        from closure
        join framework_association as association
            on association.origin_id = closure.ancestor_id and association.kind = 'isChildOf'
        join framework_item as parent on parent.framework_item_id = association.destination_id
        where parent.framework_version_id = version_id
    )
    insert into framework_item_ancestor (ancestor_id, framework_item_id)
    select ancestor_id, framework_item_id
    from closure
    on conflict do nothing
$$;
comment on function close_framework_version(bigint) is
    'Makes the closure of the hierarchy of a version. For the schema''s owner alone.';
