-- SPDX-License-Identifier: MIT
-- How postings are written: what is wrong with one, and the one function that writes it with all that follows from it.
-- They speak of a posting as the API does, in a JSON object, so that a change is a merge patch of what is there.

create or replace function may_write_workforce() returns boolean language sql stable parallel safe
    return coalesce(has_organisation_scope('workforce:write'), false);
comment on function may_write_workforce() is
    'Whether the caller writes people and postings of the organisation that the request acts for.';

create or replace function app_cleared() returns boolean language sql stable parallel safe
    return app_cleared_organisation() is not null;
comment on function app_cleared() is
    'Whether sensitive:read is in effect for the organisation that the request acts for.';

create or replace function person_known_in(whose bigint, place bigint, cleared boolean) returns boolean
language sql stable set search_path = skills, pg_temp as $$
    select coalesce(bool_or(true), false) and (cleared or not coalesce(bool_or(known.withheld), false))
    from (
        select posting.withheld
        from posting
        where posting.person_id = whose and posting.organisation_id = place
        union all
        select retraction.withheld
        from posting_retraction as retraction
        where retraction.person_id = whose and retraction.organisation_id = place
    ) as known
$$;
comment on function person_known_in(bigint, bigint, boolean) is
    'Whether an organisation has, or had, a posting of a person, and need not withhold them. For functions that write '
    'postings.';

create or replace function posting_present(known posting) returns jsonb
language sql stable set search_path = skills, pg_temp as $$
    select jsonb_build_object(
               'staff_number', known.staff_number,
               'unit', (select unit.id from unit where unit.unit_id = known.unit_id),
               'worker_type', known.worker_type,
               'rank', known.rank,
               'grade', known.grade,
               'role_profile', (
                   select profile.id
                   from role_profile as profile
                   where profile.role_profile_id = known.role_profile_id),
               'science_category', known.science_category,
               'fte', known.fte,
               'starts_on', known.starts_on,
               'ends_on', known.ends_before - 1,
               'joiner_type', known.joiner_type,
               'entry_route', known.entry_route,
               'leaver_type', known.leaver_type,
               'counts', known.counts,
               'secondment', known.secondment,
               'sensitive', known.sensitive)
$$;
comment on function posting_present(posting) is 'A recorded posting in the words of the API.';

create or replace function posting_code_known(list text, code text, day date) returns boolean
language sql stable set search_path = skills, pg_temp as $$
    select exists (
        select
        from code_list as known
        where known.list = posting_code_known.list
          and known.code = posting_code_known.code
          and code_valid_on(known.valid_from, known.valid_before, day))
$$;
comment on function posting_code_known(text, text, date) is
    'Whether a posting may have a code of a code list on a day: its first, or its last for how somebody leaves.';

create or replace function posting_codes_faulty(wanted jsonb) returns table (ordinal int, member text, code text)
language sql stable set search_path = skills, pg_temp as $$
    select rule.ordinal, rule.list, rule.list || '_not_known'
    from (
        values (3, 'worker_type'), (4, 'rank'), (7, 'science_category'), (11, 'joiner_type'), (11, 'entry_route'),
               (12, 'leaver_type')
    ) as rule (ordinal, list)
    where wanted ->> rule.list is not null
      and not posting_code_known(rule.list, wanted ->> rule.list,
                                 (case rule.list
                                      when 'leaver_type' then coalesce(wanted ->> 'ends_on', wanted ->> 'starts_on')
                                      else wanted ->> 'starts_on'
                                  end)::date)
$$;
comment on function posting_codes_faulty(jsonb) is 'Which codes of a posting are in no code list.';

create or replace function posting_days_faulty(wanted jsonb, place bigint)
returns table (ordinal int, member text, code text)
language sql stable set search_path = skills, pg_temp as $$
    with given as (
        select (wanted ->> 'starts_on')::date as starts_on, (wanted ->> 'ends_on')::date as ends_on
    )
    select rule.ordinal, rule.member, rule.code
    from given
    join organisation on organisation.organisation_id = place
    left join unit on unit.organisation_id = place and unit.id = (wanted ->> 'unit')::uuid
        and (not unit.sensitive or app_cleared())
    cross join lateral (
        values (2, 'unit', 'unknown_unit', wanted ->> 'unit' is not null and unit.unit_id is null),
               (2, 'unit', 'unit_not_then',
                unit.starts_on > given.starts_on or unit.ends_before <= coalesce(given.ends_on, 'infinity')),
               (9, 'starts_on', 'day_out_of_range', given.starts_on not between '1950-01-01' and '2199-12-31'),
               (9, 'starts_on', 'organisation_not_then',
                organisation.starts_on > given.starts_on
                or organisation.ends_before <= coalesce(given.ends_on, 'infinity')),
               (10, 'ends_on', 'ends_before_it_starts', given.ends_on < given.starts_on),
               (10, 'ends_on', 'day_out_of_range', given.ends_on > '2199-12-31'),
               (12, 'leaver_type', 'leaver_without_end',
                wanted ->> 'leaver_type' is not null and given.ends_on is null)
    ) as rule (ordinal, member, code, broken)
    where rule.broken
$$;
comment on function posting_days_faulty(jsonb, bigint) is
    'Which days of a posting to an organisation cannot be: by themselves, or because the organisation or the unit is '
    'not there then.';

create or replace function posting_faulty(wanted jsonb, place bigint, whose bigint, which bigint, cut bigint)
returns table (ordinal int, member text, code text, detail text)
language sql stable set search_path = skills, pg_temp as $$
    select faulty.ordinal, faulty.member, faulty.code, null
    from posting_codes_faulty(wanted) as faulty
    union all
    select faulty.ordinal, faulty.member, faulty.code, null
    from posting_days_faulty(wanted, place) as faulty
    union all
    select rule.ordinal, rule.member, rule.code, null
    from (
        values (1, 'staff_number', 'staff_number_required', wanted ->> 'staff_number' is null),
               (1, 'staff_number', 'staff_number_taken',
                exists (
                    select
                    from posting as other
                    where other.organisation_id = place
                      and other.staff_number = wanted ->> 'staff_number'
                      and other.person_id is distinct from whose)),
               (4, 'rank', 'rank_without_office',
                wanted ->> 'rank' is not null
                and wanted ->> 'worker_type' not in ('police_officer', 'special_constable')),
               (6, 'role_profile', 'unknown_role_profile',
                wanted ->> 'role_profile' is not null
                and not exists (
                    select
                    from role_profile as profile
                    where profile.id = (wanted ->> 'role_profile')::uuid)),
               (8, 'fte', 'fte_range', scale(trim_scale((wanted ->> 'fte')::numeric)) > 2),
               (11, 'entry_route', 'entry_route_without_joining',
                wanted ->> 'entry_route' is not null and wanted ->> 'joiner_type' is null)
    ) as rule (ordinal, member, code, broken)
    where rule.broken
    union all
    (select 9, 'starts_on', 'posting_overlaps',
            case
                when other.ends_before is null
                then format('The person has a posting to your organisation from %s on; end that first.',
                            other.starts_on)
                else format('The person has a posting to your organisation from %s to %s.', other.starts_on,
                            other.ends_before - 1)
            end
     from posting as other
     where other.person_id = whose
       and other.organisation_id = place
       and other.posting_id is distinct from which
       and other.posting_id is distinct from cut
       and (other.ends_before is null or other.ends_before > (wanted ->> 'starts_on')::date)
       and (wanted ->> 'ends_on' is null or other.starts_on <= (wanted ->> 'ends_on')::date)
     order by other.starts_on
     limit 1)
$$;
comment on function posting_faulty(jsonb, bigint, bigint, bigint, bigint) is
    'What is wrong with a posting wanted for a person (null: a new one) in an organisation, in place of a recorded '
    'one (null: beside all), where another is cut on its first day (null: none): rules of a posting by itself, and '
    'that those of a person in an organisation do not overlap and a staff number names one person. To be asked under '
    'the locks of lock_posting().';

create or replace function posting_faults(wanted jsonb, place bigint, whose bigint, which bigint, cut bigint,
    above text) returns jsonb language sql stable set search_path = skills, pg_temp as $$
    select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('pointer', above || '/' || faulty.member, 'code', faulty.code,
                                                          'detail', faulty.detail))
                     order by faulty.ordinal, faulty.code)
    from posting_faulty(wanted, place, whose, which, cut) as faulty
$$;
comment on function posting_faults(jsonb, bigint, bigint, bigint, bigint, text) is
    'The same as the engine takes faults, with their places below a pointer; null for none.';

create or replace function lock_posting(whose bigint, place bigint, staff_number text) returns void
language plpgsql set search_path = skills, pg_temp as $$
begin
    perform from person where person.person_id = whose for no key update;
    perform pg_advisory_xact_lock(hashtextextended(format('staff number %s %s', place, lock_posting.staff_number), 0));
end
$$;
comment on function lock_posting(bigint, bigint, text) is
    'Locks the person first, then the staff number, so that what is found right stays so until it is written.';

create or replace function write_posting(wanted jsonb, place bigint, whose bigint, which bigint, cut bigint)
returns bigint language plpgsql set search_path = skills, pg_temp as $$
declare
    written bigint := which;
begin
    update posting
    set ends_before = (wanted ->> 'starts_on')::date, leaver_type = null
    where posting.posting_id = cut;
    if written is null then
        insert into posting (person_id, organisation_id, staff_number, worker_type, starts_on)
        values (whose, place, wanted ->> 'staff_number', wanted ->> 'worker_type', (wanted ->> 'starts_on')::date)
        returning posting.posting_id into written;
    end if;
    update posting
    set staff_number = wanted ->> 'staff_number',
        unit_id = (
            select unit.unit_id
            from unit
            where unit.organisation_id = place and unit.id = (wanted ->> 'unit')::uuid),
        worker_type = wanted ->> 'worker_type',
        rank = wanted ->> 'rank',
        grade = wanted ->> 'grade',
        role_profile_id = (
            select profile.role_profile_id
            from role_profile as profile
            where profile.id = (wanted ->> 'role_profile')::uuid),
        science_category = wanted ->> 'science_category',
        fte = coalesce((wanted ->> 'fte')::numeric, 1),
        starts_on = (wanted ->> 'starts_on')::date,
        ends_before = (wanted ->> 'ends_on')::date + 1,
        joiner_type = wanted ->> 'joiner_type',
        entry_route = wanted ->> 'entry_route',
        leaver_type = wanted ->> 'leaver_type',
        counts = coalesce((wanted ->> 'counts')::boolean, true),
        secondment = coalesce((wanted ->> 'secondment')::boolean, false),
        sensitive = coalesce((wanted ->> 'sensitive')::boolean, false)
    where posting.posting_id = written;
    perform refuse('SL409', case when unit.sensitive and not app_cleared() then 'unknown_unit' else 'unit_not_then' end)
    from posting
    join unit on unit.unit_id = posting.unit_id
    join organisation on organisation.organisation_id = posting.organisation_id
    where posting.posting_id = written
      and (coalesce(posting.ends_before, 'infinity') > least(unit.ends_before, organisation.ends_before)
           or (unit.sensitive and not app_cleared()));
    perform posting_follows(whose);
    return written;
end
$$;
comment on function write_posting(jsonb, bigint, bigint, bigint, bigint) is
    'Writes a posting that posting_faulty() finds nothing wrong with, and all that follows from it; gives its key. '
    'Where the unit was being ended meanwhile, or marked and the caller is not cleared, it refuses: writing has waited '
    'for that, and sees it. For the schema''s owner alone.';

create or replace function posting_follows(whose bigint) returns void
language plpgsql set search_path = skills, pg_temp as $$
begin
    perform see_person(whose);
    perform post_skills(whose, null, 'posting');
end
$$;
comment on function posting_follows(bigint) is
    'Brings what follows from the postings of a person up to them: who sees what of the record, and the ledger. For '
    'the schema''s owner alone.';
