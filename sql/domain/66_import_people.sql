-- SPDX-License-Identifier: MIT
-- The import of people: what sql/imports/people.sql and load_import() run over the table `rows`. First a row is read as
-- the posting that it would make, then it is judged, then the good ones are written. Each step leaves what it found in
-- temporary tables, which the next ones read.

create or replace function import_people_cells() returns void
language plpgsql set search_path = skills, pg_temp as $$
begin
    create temporary table cell on commit drop as
    select line,
           nullif(trim(organisation), '') as organisation,
           nullif(trim(staff_number), '') as staff_number,
           nullif(trim(given_name), '') as given_name,
           nullif(trim(family_name), '') as family_name,
           nullif(trim(worker_type), '') as worker_type,
           nullif(trim(starts_on), '') as starts_on,
           nullif(lower(trim(person_id)), '') as person_id,
           nullif(trim(email), '') as email,
           nullif(trim(unit), '') as unit,
           nullif(trim(unit_name), '') as unit_name,
           nullif(trim(parent_unit), '') as parent_unit,
           nullif(trim(rank), '') as rank,
           nullif(trim(grade), '') as grade,
           nullif(trim(role_profile), '') as role_profile,
           nullif(trim(science_category), '') as science_category,
           nullif(trim(fte), '') as fte,
           nullif(trim(ends_on), '') as ends_on,
           nullif(trim(joiner_type), '') as joiner_type,
           nullif(trim(entry_route), '') as entry_route,
           nullif(trim(leaver_type), '') as leaver_type,
           nullif(trim(subject), '') as subject,
           nullif(lower(trim(sensitive)), '') as sensitive,
           nullif(lower(trim(unit_sensitive)), '') as unit_sensitive,
           nullif(lower(trim(secondment)), '') as secondment,
           nullif(lower(trim(counts)), '') as counts
    from rows;
    analyze cell;

    create temporary table said on commit drop as
    select count(unit) > 0 as unit,
           count(rank) > 0 as rank,
           count(grade) > 0 as grade,
           count(role_profile) > 0 as role_profile,
           count(science_category) > 0 as science_category,
           count(fte) > 0 as fte,
           count(ends_on) + count(leaver_type) > 0 as ends,
           count(joiner_type) > 0 as joiner_type,
           count(entry_route) > 0 as entry_route,
           count(secondment) > 0 as secondment,
           count(counts) > 0 as counts
    from cell;

    create temporary table day_of on commit drop as
    select word, day_written(word) as day
    from (select starts_on from cell union select ends_on from cell) as written (word);
    analyze day_of;
end
$$;
comment on function import_people_cells() is
    'The cells of the file as `cell`, without the blanks around them, and as `said` which optional columns say '
    'anything.';

create or replace function import_people_plan() returns void
language plpgsql set search_path = skills, pg_temp as $$
begin
    create temporary table plan on commit drop as
    with word as (
        select list, lower(code) as word, code, valid_from, valid_before from code_list
        union
        select list, lower(title), code, valid_from, valid_before from code_list
    ), organisation_word as (
        select code as word, organisation_id from organisation
        union all
        select id::text, organisation_id from organisation
    ), newest_profiles as (
        select distinct on (version.framework_id) version.framework_version_id
        from framework_version as version
        where version.valid_from <= london_today()
          and exists (
              select
              from role_profile
              where role_profile.framework_version_id = version.framework_version_id)
        order by version.framework_id, version.valid_from desc, version.framework_version_id desc
    ), profile as (
        select word, count(*) as found, min(role_profile_id) as role_profile_id
        from (
            select lower(code) as word, role_profile_id
            from role_profile
            where framework_version_id in (select framework_version_id from newest_profiles)
            union all
            select id::text, role_profile_id
            from role_profile
        ) as name_of
        group by word
    )
    select cell.line,
           case
               when cell.organisation is null
               then import_place()
               when import_place() is null or organisation.organisation_id = import_place()
               then organisation.organisation_id
           end as organisation_id,
           organisation.organisation_id is not null as organisation_known,
           cell.person_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' as person_is_written,
           case
               when import_place() is null
                    and (import_cleared()
                         or not exists (
                             select
                             from posting
                             where posting.person_id = given.person_id and posting.withheld))
                    or person_known_in(given.person_id, import_place(), import_cleared())
               then coalesce(given.id, cell.given_id)
           end as given_id,
           first_day.day as starts_on,
           last_day.day as ends_on,
           case when cell.fte ~ '^\d?\.?\d{1,9}$' then cell.fte::numeric end as fte,
           worker_type.code as worker_type,
           rank.code as rank,
           joiner_type.code as joiner_type,
           entry_route.code as entry_route,
           leaver_type.code as leaver_type,
           science_category.code as science_category,
           profile.role_profile_id,
           profile.found as profiles_found
    from (
        select line, organisation, person_id, starts_on, ends_on, fte, worker_type, rank, joiner_type, leaver_type,
               science_category, role_profile, entry_route,
               case
                   when person_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then person_id::uuid
               end as given_id
        from cell
    ) as cell
    left join person as given on given.id = cell.given_id
    left join organisation_word as organisation on organisation.word = lower(cell.organisation)
    left join day_of as first_day on first_day.word = cell.starts_on
    left join day_of as last_day on last_day.word = cell.ends_on
    left join word as worker_type on worker_type.list = 'worker_type' and worker_type.word = lower(cell.worker_type)
         and code_valid_on(worker_type.valid_from, worker_type.valid_before, coalesce(first_day.day, london_today()))
    left join word as rank on rank.list = 'rank' and rank.word = lower(cell.rank)
         and code_valid_on(rank.valid_from, rank.valid_before, coalesce(first_day.day, london_today()))
    left join word as joiner_type on joiner_type.list = 'joiner_type' and joiner_type.word = lower(cell.joiner_type)
         and code_valid_on(joiner_type.valid_from, joiner_type.valid_before, coalesce(first_day.day, london_today()))
    left join word as entry_route on entry_route.list = 'entry_route' and entry_route.word = lower(cell.entry_route)
         and code_valid_on(entry_route.valid_from, entry_route.valid_before, coalesce(first_day.day, london_today()))
    left join word as leaver_type on leaver_type.list = 'leaver_type' and leaver_type.word = lower(cell.leaver_type)
         and code_valid_on(leaver_type.valid_from, leaver_type.valid_before, coalesce(last_day.day, london_today()))
    left join word as science_category on science_category.list = 'science_category'
         and science_category.word = lower(cell.science_category)
         and code_valid_on(science_category.valid_from, science_category.valid_before,
                           coalesce(first_day.day, london_today()))
    left join profile on profile.word = lower(cell.role_profile);
    create index on plan (line);
    analyze plan;
end
$$;
comment on function import_people_plan() is
    'What the words of each row mean, as `plan`: codes, days, organisations, and whom a person_id names, if the '
    'organisation of the import has, or had, a posting of theirs; in one for the nation, if no organisation withholds '
    'them.';

create or replace function import_people_hold() returns void
language plpgsql set search_path = skills, pg_temp as $$
declare
    marked bigint[];
begin
    create temporary table held_unit on commit drop as
    select unit.unit_id, plan.organisation_id, bool_or(cell.unit_sensitive = 'yes') is true as marked
    from plan
    join cell on cell.line = plan.line
    left join unit on unit.organisation_id = plan.organisation_id and unit.code = cell.unit
    where cell.unit is not null and plan.organisation_id is not null
    group by unit.unit_id, plan.organisation_id;
    with recursive below as (
        select held_unit.unit_id
        from held_unit
        where held_unit.marked and held_unit.unit_id is not null
        union
        select unit.unit_id
        from below
        join unit on unit.parent_id = below.unit_id
    )
    select coalesce(array_agg(below.unit_id), '{}') into marked from below;

    perform
    from person
    where person.person_id in (
        select known.person_id
        from holder
        join person as known on known.id = holder.id
        union
        select posting.person_id
        from posting
        where posting.unit_id = any (marked))
    order by person.person_id
    for no key update;
    perform
    from organisation
    where organisation.organisation_id in (select held_unit.organisation_id from held_unit)
    order by organisation.organisation_id
    for no key update;
    perform
    from unit
    where unit.unit_id = any (marked)
    order by unit.unit_id
    for update;
    perform
    from unit
    where unit.unit_id in (select held_unit.unit_id from held_unit) and unit.unit_id <> all (marked)
    order by unit.unit_id
    for share;
end
$$;
comment on function import_people_hold() is
    'Locks the people whom the file concerns, then its organisations and their units, in the order of all who write '
    'them, so that what is read of them afterwards stays so until the rows are written: a posting that is being made '
    'to a unit which the file marks is waited for, and a unit that is being marked or ended too.';

create or replace function import_people_wanted() returns void
language plpgsql set search_path = skills, pg_temp as $$
begin
    -- The person recorded, else the first given in the file, else a new one.
    create temporary table holder on commit drop as
    with number as (
        select plan.organisation_id, cell.staff_number, (array_agg(plan.given_id order by plan.line)
                   filter (where plan.given_id is not null))[1] as given_id
        from plan
        join cell on cell.line = plan.line
        where plan.organisation_id is not null and cell.staff_number is not null
        group by plan.organisation_id, cell.staff_number
    ), recorded as (
        select distinct on (posting.organisation_id, posting.staff_number)
               posting.organisation_id, posting.staff_number, person.id, person.person_id, posting.withheld
        from number
        join posting on posting.organisation_id = number.organisation_id and posting.staff_number = number.staff_number
        join person on person.person_id = posting.person_id
        order by posting.organisation_id, posting.staff_number, posting.starts_on desc
    )
    select number.organisation_id, number.staff_number, coalesce(recorded.id, number.given_id, gen_random_uuid()) as id,
           coalesce(recorded.withheld, false) as withheld
    from number
    left join recorded on recorded.organisation_id = number.organisation_id
         and recorded.staff_number = number.staff_number;
    analyze holder;

    perform import_people_hold();

    create temporary table wanted on commit drop as
    select plan.line, holder.id as person, person.person_id, plan.organisation_id, cell.staff_number, plan.worker_type,
           plan.starts_on, known.posting_id,
           case when said.unit then unit.unit_id else known.unit_id end as unit_id,
           case when said.rank then plan.rank else known.rank end as rank,
           case when said.grade then cell.grade else known.grade end as grade,
           case when said.role_profile then plan.role_profile_id else known.role_profile_id end as role_profile_id,
           case
               when said.science_category then plan.science_category else known.science_category
           end as science_category,
           case when said.fte then coalesce(plan.fte, 1) else coalesce(known.fte, 1) end as fte,
           coalesce(case when said.ends then plan.ends_on + 1 else known.ends_before end,
                    to_come.ends_before) as ends_before,
           case when said.joiner_type then plan.joiner_type else known.joiner_type end as joiner_type,
           case when said.entry_route then plan.entry_route else known.entry_route end as entry_route,
           case when said.ends then plan.leaver_type else known.leaver_type end as leaver_type,
           coalesce(case when said.secondment then cell.secondment = 'yes' else known.secondment end,
                    false) as secondment,
           coalesce(case when said.counts then cell.counts = 'yes' else known.counts end, true) as counts,
           person.person_id is null as new, known.unit_id as known_unit, known.ends_before as known_end,
           known.sensitive as known_sensitive,
           -- Only a no lifts the mark: that of one row must not depend on whether another says anything.
           coalesce(cell.sensitive = 'yes', known.sensitive, false) as sensitive
    from plan
    join cell on cell.line = plan.line
    cross join said
    left join holder on holder.organisation_id = plan.organisation_id and holder.staff_number = cell.staff_number
    left join person on person.id = holder.id
    left join unit on unit.organisation_id = plan.organisation_id and unit.code = cell.unit
    left join organisation as place on place.organisation_id = plan.organisation_id
    -- What has no end in the file lasts, where an end of the organisation or unit is planned, until then.
    cross join lateral (
        select least(case when place.ends_before > london_today() then place.ends_before end,
                     case when unit.ends_before > london_today() then unit.ends_before end) as ends_before
    ) as to_come
    left join posting as known on known.organisation_id = plan.organisation_id
         and known.staff_number = cell.staff_number and known.starts_on = plan.starts_on;
    create index on wanted (line);
    analyze wanted;
end
$$;
comment on function import_people_wanted() is
    'Whom a staff number of an organisation names, as `holder`, and each row as the posting it would make, as '
    '`wanted`, with what is recorded of that posting where the file says nothing.';
