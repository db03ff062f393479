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
           count(sensitive) > 0 as sensitive,
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
               when import_place() is null or import_sees(given.seen_by) then coalesce(given.id, cell.given_id)
           end as given_id,
           first_day.day as starts_on,
           last_day.day as ends_on,
           case when cell.fte ~ '^\d?\.?\d{1,9}$' then cell.fte::numeric end as fte,
           worker_type.code as worker_type,
           rank.code as rank,
           joiner_type.code as joiner_type,
           leaver_type.code as leaver_type,
           science_category.code as science_category,
           profile.role_profile_id,
           profile.found as profiles_found
    from (
        select line, organisation, person_id, starts_on, ends_on, fte, worker_type, rank, joiner_type, leaver_type,
               science_category, role_profile,
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
    'What the words of each row mean, as `plan`: codes, days, organisations, and whom a person_id names if the '
    'importer may see them.';

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

    -- What is read of them below stays so until it is written.
    perform from person where person.id in (select holder.id from holder) order by person.person_id for no key update;

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
           case when said.ends then plan.ends_on + 1 else known.ends_before end as ends_before,
           case when said.joiner_type then plan.joiner_type else known.joiner_type end as joiner_type,
           case when said.ends then plan.leaver_type else known.leaver_type end as leaver_type,
           coalesce(case when said.secondment then cell.secondment = 'yes' else known.secondment end,
                    false) as secondment,
           coalesce(case when said.counts then cell.counts = 'yes' else known.counts end, true) as counts,
           person.person_id is null as new, known.unit_id as known_unit, known.ends_before as known_end,
           known.sensitive as known_sensitive,
           coalesce(case when said.sensitive then cell.sensitive = 'yes' else known.sensitive end, false) as sensitive
    from plan
    join cell on cell.line = plan.line
    cross join said
    left join holder on holder.organisation_id = plan.organisation_id and holder.staff_number = cell.staff_number
    left join person on person.id = holder.id
    left join unit on unit.organisation_id = plan.organisation_id and unit.code = cell.unit
    left join posting as known on known.organisation_id = plan.organisation_id
         and known.staff_number = cell.staff_number and known.starts_on = plan.starts_on;
    create index on wanted (line);
    analyze wanted;
end
$$;
comment on function import_people_wanted() is
    'Whom a staff number of an organisation names, as `holder`, and each row as the posting it would make, as '
    '`wanted`, with whatis recorded of that posting where the file says nothing.';

create or replace function import_people_judge_rows() returns void
language plpgsql set search_path = skills, pg_temp as $$
begin
    insert into fault (line, column_name, reason)
    with caller as materialized (
        select import_place() as place, import_cleared() as cleared,
               nullif(current_setting('import.issuer', true), '') is null as without_issuer
    )
    select cell.line, rule.column_name, format(rule.reason, rule.value)
    from cell
    join plan on plan.line = cell.line
    left join holder on holder.organisation_id = plan.organisation_id and holder.staff_number = cell.staff_number
    left join unit on unit.organisation_id = plan.organisation_id and unit.code = cell.unit
    left join unit as parent on parent.organisation_id = plan.organisation_id and parent.code = cell.parent_unit
    cross join caller
    cross join lateral (
        values ('organisation', cell.organisation, cell.organisation is null and caller.place is null,
                'An organisation is required.'),
               ('organisation', cell.organisation, not plan.organisation_known and cell.organisation is not null,
                'No organisation has the code or identifier "%s".'),
               ('organisation', cell.organisation, plan.organisation_known and plan.organisation_id is null,
                'This import is for another organisation than "%s".'),
               ('staff_number', cell.staff_number, cell.staff_number is null, 'A staff number is required.'),
               ('staff_number', cell.staff_number, length(cell.staff_number) > 50,
                'The staff number "%s" is longer than 50 characters.'),
               ('given_name', cell.given_name, cell.given_name is null, 'A given name is required.'),
               ('given_name', cell.given_name, length(cell.given_name) > 100,
                'The name "%s" is longer than 100 characters.'),
               ('family_name', cell.family_name, cell.family_name is null, 'A family name is required.'),
               ('family_name', cell.family_name, length(cell.family_name) > 100,
                'The name "%s" is longer than 100 characters.'),
               ('worker_type', cell.worker_type, cell.worker_type is null, 'A worker type is required.'),
               ('worker_type', cell.worker_type, plan.worker_type is null and cell.worker_type is not null,
                '"%s" is neither the code nor the title of a worker type.'),
               ('starts_on', cell.starts_on, cell.starts_on is null, 'The first day of the posting is required.'),
               ('starts_on', cell.starts_on, plan.starts_on is null and cell.starts_on is not null,
                '"%s" is not a day written YYYY-MM-DD or DD/MM/YYYY.'),
               ('staff_number', cell.staff_number, holder.withheld and not caller.cleared,
                'The staff number "%s" is not known here.'),
               ('person_id', cell.person_id, not plan.person_is_written, '"%s" is not a UUID.'),
               ('person_id', cell.person_id, plan.person_is_written and plan.given_id is null,
                'The person "%s" is not known here.'),
               ('email', cell.email, cell.email !~ '^[^@\s]+@[^@\s]+\.[^@\s]+$' or length(cell.email) > 254,
                '"%s" is not an email address of at most 254 characters.'),
               ('unit', cell.unit, length(cell.unit) > 100, 'The unit code "%s" is longer than 100 characters.'),
               ('unit', cell.unit, unit.sensitive and not caller.cleared, 'The unit "%s" is not known here.'),
               ('unit_name', cell.unit_name, cell.unit_name is not null and cell.unit is null,
                'The unit name "%s" stands without a unit.'),
               ('unit_name', cell.unit_name, length(cell.unit_name) > 200,
                'The unit name "%s" is longer than 200 characters.'),
               ('parent_unit', cell.parent_unit, cell.parent_unit is not null and cell.unit is null,
                'The parent unit "%s" stands without a unit.'),
               ('parent_unit', cell.parent_unit, length(cell.parent_unit) > 100,
                'The unit code "%s" is longer than 100 characters.'),
               ('parent_unit', cell.parent_unit, parent.sensitive and not caller.cleared,
                'The unit "%s" is not known here.'),
               ('rank', cell.rank, plan.rank is null and cell.rank is not null,
                '"%s" is neither the code nor the title of a rank.'),
               ('rank', cell.rank,
                cell.rank is not null and plan.worker_type not in ('police_officer', 'special_constable'),
                'The rank "%s" is given to somebody who is neither a police officer nor a special constable.'),
               ('grade', cell.grade, length(cell.grade) > 100, 'The grade "%s" is longer than 100 characters.'),
               ('role_profile', cell.role_profile, plan.profiles_found is null and cell.role_profile is not null,
                'No role profile has the code or identifier "%s".'),
               ('role_profile', cell.role_profile, plan.profiles_found > 1,
                'Several frameworks have a role profile "%s"; give its identifier.'),
               ('science_category', cell.science_category,
                plan.science_category is null and cell.science_category is not null,
                '"%s" is neither the code nor the title of a science category.'),
               ('fte', cell.fte,
                cell.fte is not null and (plan.fte > 0 and plan.fte <= 1 and scale(plan.fte) <= 2) is not true,
                '"%s" is not a full-time equivalent: above 0, at most 1, with at most two decimals.'),
               ('ends_on', cell.ends_on, plan.ends_on is null and cell.ends_on is not null,
                '"%s" is not a day written YYYY-MM-DD or DD/MM/YYYY.'),
               ('ends_on', cell.ends_on, plan.ends_on < plan.starts_on, 'The last day "%s" is before the first.'),
               ('joiner_type', cell.joiner_type, plan.joiner_type is null and cell.joiner_type is not null,
                '"%s" is neither the code nor the title of a joiner type.'),
               ('leaver_type', cell.leaver_type, plan.leaver_type is null and cell.leaver_type is not null,
                '"%s" is neither the code nor the title of a leaver type.'),
               ('leaver_type', cell.leaver_type, cell.leaver_type is not null and cell.ends_on is null,
                'The leaver type "%s" needs ends_on, the last day of the posting.'),
               ('sensitive', cell.sensitive, cell.sensitive not in ('yes', 'no'), '"%s" is neither yes nor no.'),
               ('sensitive', cell.sensitive, cell.sensitive is not null and not caller.cleared,
                'To mark it "%s" needs the scope sensitive:read.'),
               ('secondment', cell.secondment, cell.secondment not in ('yes', 'no'), '"%s" is neither yes nor no.'),
               ('counts', cell.counts, cell.counts not in ('yes', 'no'), '"%s" is neither yes nor no.'),
               ('unit_sensitive', cell.unit_sensitive, cell.unit_sensitive is not null and not caller.cleared,
                'To mark it "%s" needs the scope sensitive:read.'),
               ('unit_sensitive', cell.unit_sensitive, cell.unit_sensitive not in ('yes', 'no'),
                '"%s" is neither yes nor no.'),
               ('unit_sensitive', cell.unit_sensitive, cell.unit_sensitive is not null and cell.unit is null,
                'The mark "%s" of a sensitive unit stands without a unit.'),
               ('subject', cell.subject, length(cell.subject) > 255, 'The subject "%s" is longer than 255 characters.'),
               ('subject', cell.subject,
                cell.subject is not null and caller.without_issuer,
                'The subject "%s" cannot be known, because the import was given no issuer.')
    ) as rule (column_name, value, broken, reason)
    where rule.broken;
end
$$;
comment on function import_people_judge_rows() is
    'Faults of a row by itself.';

create or replace function import_people_judge_together() returns void
language plpgsql set search_path = skills, pg_temp as $$
begin
    insert into fault (line, column_name, reason)
    with recursive row_of as (
        select cell.line, cell.person_id, cell.staff_number, cell.starts_on, cell.unit, cell.unit_name,
               cell.parent_unit, cell.subject, plan.organisation_id, plan.given_id, wanted.person,
               first_value(cell.line) over (partition by plan.organisation_id, cell.staff_number, plan.starts_on
                                            order by cell.line) as first_line,
               plan.organisation_id is not null and cell.staff_number is not null
                   and plan.starts_on is not null as named
        from cell
        join plan on plan.line = cell.line
        join wanted on wanted.line = cell.line
    ), named_unit as (
        select distinct on (organisation_id, unit) organisation_id, unit, unit_name, line
        from row_of
        where unit is not null and unit_name is not null
        order by organisation_id, unit, line
    ), placed_unit as (
        select distinct on (row_of.organisation_id, row_of.unit)
               row_of.organisation_id, row_of.unit, row_of.parent_unit, row_of.line, known.unit_id is null as new
        from row_of
        left join unit as known on known.organisation_id = row_of.organisation_id and known.code = row_of.unit
        where row_of.unit is not null and row_of.parent_unit is not null
        order by row_of.organisation_id, row_of.unit, row_of.line
    ), above as (
        select organisation_id, unit, parent_unit
        from placed_unit
        where new
        union
        select above.organisation_id, above.unit, placed_unit.parent_unit
        from above
        join placed_unit on placed_unit.organisation_id = above.organisation_id and placed_unit.unit = above.parent_unit
        where placed_unit.new
    ), account_of as (
        select account.subject, person.id as person
        from account
        left join person on person.person_id = account.person_id
        where account.issuer = nullif(current_setting('import.issuer', true), '')
    ), subject_of as (
        select distinct on (subject) subject, person, line
        from row_of
        where subject is not null
        order by subject, line
    )
    select line, 'starts_on',
           format('Line %s has the same organisation, staff number and first day "%s".', first_line, starts_on)
    from row_of
    where named and first_line <> line
    union all
    select line, 'staff_number',
           format('The staff number "%s" belongs to another person than "%s".', staff_number, person_id)
    from row_of
    where given_id <> person
    union all
    select row_of.line, 'unit_name',
           format('"%s" contradicts line %s, where the unit "%s" has another name.',
                  row_of.unit_name, first.line, row_of.unit)
    from row_of
    join named_unit as first on first.organisation_id = row_of.organisation_id and first.unit = row_of.unit
    where row_of.unit_name <> first.unit_name
    union all
    select row_of.line, 'parent_unit',
           format('"%s" contradicts line %s, where the unit "%s" has another parent.',
                  row_of.parent_unit, first.line, row_of.unit)
    from row_of
    join placed_unit as first on first.organisation_id = row_of.organisation_id and first.unit = row_of.unit
    where row_of.parent_unit <> first.parent_unit
    union all
    select row_of.line, 'parent_unit',
           format('Below "%s" the unit "%s" would stand below itself.', row_of.parent_unit, row_of.unit)
    from row_of
    join above on above.organisation_id = row_of.organisation_id and above.unit = row_of.unit
         and above.parent_unit = above.unit
    where row_of.parent_unit is not null
    union all
    select row_of.line, 'subject', format('The subject "%s" belongs to the account of another.', row_of.subject)
    from row_of
    join account_of on account_of.subject = row_of.subject
    where account_of.person is distinct from row_of.person
    union all
    select row_of.line, 'subject',
           format('The subject "%s" is that of another person in line %s.', row_of.subject, first.line)
    from row_of
    join subject_of as first on first.subject = row_of.subject
    where row_of.person <> first.person
      and not exists (select from account_of where account_of.subject = row_of.subject);
    create index on fault (line);
end
$$;
comment on function import_people_judge_together() is
    'Faults of a row beside other rows or what is recorded.';

create or replace function import_people_judge_overlaps() returns void
language plpgsql set search_path = skills, pg_temp as $$
begin
    loop
        insert into fault (line, column_name, reason)
        with good as (
            select line, person_id, person, organisation_id, starts_on, ends_before, posting_id
            from wanted
            where not exists (select from fault where fault.line = wanted.line)
        ), standing as (
            select line, person, organisation_id, starts_on, ends_before
            from good
            union all
            select null, person.id, posting.organisation_id, posting.starts_on, posting.ends_before
            from (select distinct person_id from good where person_id is not null) as concerned
            join posting on posting.person_id = concerned.person_id
            join person on person.person_id = concerned.person_id
            where not exists (select from good where good.posting_id = posting.posting_id)
        )
        select distinct on (good.line) good.line, 'starts_on',
               case
                   when other.line is null
                   then format('The posting overlaps that of the same person recorded from "%s".', other.starts_on)
                   else format('The posting overlaps that of the same person in line %s, from "%s".',
                               other.line, other.starts_on)
               end
        from good
        join standing as other on other.person = good.person and other.organisation_id = good.organisation_id
        where (other.line is null or other.line < good.line)
          and (other.ends_before is null or other.ends_before > good.starts_on)
          and (good.ends_before is null or good.ends_before > other.starts_on)
        order by good.line, other.line nulls first;
        exit when not found;
    end loop;
end
$$;
comment on function import_people_judge_overlaps() is
    'Postings of a person in an organisation do not overlap. What stands is the good rows, and the recorded '
    'postings that no goodrow corrects; a row found bad lets the recorded posting stand again, hence the loop.';

create or replace function import_people_units() returns void
language plpgsql set search_path = skills, pg_temp as $$
begin
    with said_unit as (
        select wanted.organisation_id, cell.unit as code, max(cell.unit_name) as name
        from wanted
        join cell on cell.line = wanted.line
        where cell.unit is not null
        group by wanted.organisation_id, cell.unit
    ), said_parent as (
        select distinct wanted.organisation_id, cell.parent_unit as code
        from wanted
        join cell on cell.line = wanted.line
        where cell.parent_unit is not null
    ), added as (
        insert into unit (organisation_id, code, name)
        select organisation_id, code, coalesce(said_unit.name, code)
        from said_unit
        full join said_parent using (organisation_id, code)
        order by organisation_id, code
        on conflict (organisation_id, code) do nothing
        returning unit_id
    ), renamed as (
        update unit
        set name = said_unit.name
        from said_unit
        where unit.organisation_id = said_unit.organisation_id and unit.code = said_unit.code
          and unit.name <> said_unit.name
        returning unit.unit_id
    )
    insert into tally (what, added, changed, of)
    select 'units', (select count(*) from added), (select count(*) from renamed),
           (select count(*) from said_unit full join said_parent using (organisation_id, code));

    -- New units, which nobody had put anywhere, get their parents: the units of rows that wanted.unit_id did not find.
    update unit
    set parent_id = parent.unit_id
    from (
        select distinct wanted.organisation_id, cell.unit, cell.parent_unit
        from wanted
        join cell on cell.line = wanted.line
        where wanted.unit_id is null and cell.unit is not null and cell.parent_unit is not null
    ) as place
    join unit as parent on parent.organisation_id = place.organisation_id and parent.code = place.parent_unit
    where unit.organisation_id = place.organisation_id and unit.code = place.unit;

    update wanted
    set unit_id = unit.unit_id
    from cell
    join unit on unit.code = cell.unit
    where cell.line = wanted.line and wanted.unit_id is null and unit.organisation_id = wanted.organisation_id;
end
$$;
comment on function import_people_units() is
    'Makes unknown units of the good rows, below their parents, and gives known ones the names of the file.';

create or replace function import_people_marks() returns void
language plpgsql set search_path = skills, pg_temp as $$
begin
    with recursive marked as (
        select unit.unit_id
        from unit
        where unit.sensitive
           or unit.unit_id in (
               select wanted.unit_id
               from wanted
               join cell on cell.line = wanted.line
               where cell.unit_sensitive = 'yes')
        union
        select unit.unit_id
        from marked
        join unit on unit.parent_id = marked.unit_id
    ), changed as (
        update unit
        set sensitive = true
        from marked
        where unit.unit_id = marked.unit_id and not unit.sensitive
        returning unit.unit_id
    )
    insert into touched (person_id, seen_anew)
    select distinct posting.person_id, true
    from changed
    join posting on posting.unit_id = changed.unit_id;
end
$$;
comment on function import_people_marks() is
    'Marks units sensitive, and what has come to stand below them; everyone ever posted there is withheld.';

create or replace function import_people_persons() returns void
language plpgsql set search_path = skills, pg_temp as $$
begin
    create temporary table window_of on commit drop as
    select wanted.person, wanted.organisation_id,
           bool_or(wanted.sensitive or coalesce(unit.sensitive, false)) as withheld
    from wanted
    left join unit on unit.unit_id = wanted.unit_id
    where wanted.new
    group by wanted.person, wanted.organisation_id;
    analyze window_of;

    with latest as (
        select distinct on (wanted.person) wanted.person, wanted.line
        from wanted
        where wanted.person_id is null
        order by wanted.person, wanted.starts_on desc, wanted.line desc
    ), added as (
        insert into person (id, given_name, family_name, email, seen_by)
        select latest.person, cell.given_name, cell.family_name, cell.email, seen.by
        from latest
        join cell on cell.line = latest.line
        join (
            select window_of.person,
                   array_agg(case
                                 when window_of.withheld then -window_of.organisation_id
                                 else window_of.organisation_id
                             end
                             order by window_of.organisation_id) as by
            from window_of
            group by window_of.person
        ) as seen on seen.person = latest.person
        order by latest.line
        returning person_id
    )
    insert into tally (what, added, of)
    select 'people', (select count(*) from added), (select count(distinct person) from wanted);

    update wanted
    set person_id = person.person_id
    from person
    where person.id = wanted.person and wanted.person_id is null;
end
$$;
comment on function import_people_persons() is
    'Makes new people, who are seen from the start by whom their postings let see them.';

create or replace function import_people_postings() returns void
language plpgsql set search_path = skills, pg_temp as $$
begin
    with added as (
        insert into posting (person_id, organisation_id, staff_number, unit_id, worker_type, rank, grade,
                             role_profile_id, science_category, fte, starts_on, ends_before, joiner_type,
                             leaver_type, sensitive, secondment, counts, withheld)
        select wanted.person_id, wanted.organisation_id, wanted.staff_number, wanted.unit_id, wanted.worker_type,
               wanted.rank, wanted.grade, wanted.role_profile_id, wanted.science_category, wanted.fte, wanted.starts_on,
               wanted.ends_before, wanted.joiner_type, wanted.leaver_type, wanted.sensitive, wanted.secondment,
               wanted.counts, coalesce(window_of.withheld, false)
        from wanted
        left join window_of on window_of.person = wanted.person and window_of.organisation_id = wanted.organisation_id
        where wanted.posting_id is null
        order by wanted.line
        returning person_id
    ), changed as (
        update posting
        set unit_id = wanted.unit_id, worker_type = wanted.worker_type, rank = wanted.rank, grade = wanted.grade,
            role_profile_id = wanted.role_profile_id, science_category = wanted.science_category, fte = wanted.fte,
            ends_before = wanted.ends_before, joiner_type = wanted.joiner_type, leaver_type = wanted.leaver_type,
            sensitive = wanted.sensitive, secondment = wanted.secondment, counts = wanted.counts
        from wanted
        where posting.posting_id = wanted.posting_id
          and (posting.unit_id, posting.worker_type, posting.rank, posting.grade, posting.role_profile_id,
               posting.science_category, posting.fte, posting.ends_before, posting.joiner_type, posting.leaver_type,
               posting.sensitive, posting.secondment, posting.counts)
              is distinct from
              (wanted.unit_id, wanted.worker_type, wanted.rank, wanted.grade, wanted.role_profile_id,
               wanted.science_category, wanted.fte, wanted.ends_before, wanted.joiner_type, wanted.leaver_type,
               wanted.sensitive, wanted.secondment, wanted.counts)
        returning posting.person_id
    ), noted as (
        insert into touched (person_id, seen_anew)
        select line.person_id,
               not bool_or(wanted.new)
                   and bool_or((wanted.unit_id, wanted.ends_before, wanted.sensitive)
                               is distinct from (wanted.known_unit, wanted.known_end, wanted.known_sensitive)
                               or wanted.posting_id is null)
        from (
            select person_id from added
            union
            select person_id from changed
        ) as line
        join wanted on wanted.person_id = line.person_id
        group by line.person_id
    )
    insert into tally (what, added, changed, of)
    select 'postings', (select count(*) from added), (select count(*) from changed), (select count(*) from wanted);
end
$$;
comment on function import_people_postings() is
    'Writes the postings of the good rows, and notes whose seen_by they change.';

create or replace function import_people_names() returns void
language plpgsql set search_path = skills, pg_temp as $$
begin
    with latest as (
        select distinct on (wanted.person_id)
               wanted.person_id, wanted.starts_on, cell.given_name, cell.family_name, cell.email
        from wanted
        join cell on cell.line = wanted.line
        order by wanted.person_id, wanted.starts_on desc, wanted.line desc
    ), changed as (
        update person
        set given_name = latest.given_name, family_name = latest.family_name,
            email = coalesce(latest.email, person.email)
        from latest
        where latest.person_id = person.person_id
          and (person.given_name, person.family_name, person.email)
              is distinct from (latest.given_name, latest.family_name, coalesce(latest.email, person.email))
          and not exists (
              select
              from posting
              where posting.person_id = latest.person_id and posting.starts_on > latest.starts_on)
        returning person.person_id
    )
    update tally
    set changed = (select count(*) from changed)
    where what = 'people';
end
$$;
comment on function import_people_names() is 'Gives known people the names of the row of their latest posting.';

create or replace function import_people_accounts() returns void
language plpgsql set search_path = skills, pg_temp as $$
begin
    with added as (
        insert into account (issuer, subject, person_id, registered_for)
        select distinct on (cell.subject)
               current_setting('import.issuer', true), cell.subject, wanted.person_id, wanted.organisation_id
        from wanted
        join cell on cell.line = wanted.line
        where cell.subject is not null
        order by cell.subject, wanted.starts_on desc, wanted.line desc
        on conflict (issuer, subject) do nothing
        returning account_id
    )
    insert into tally (what, added, of)
    select 'accounts', (select count(*) from added), (
               select count(distinct cell.subject)
               from wanted
               join cell on cell.line = wanted.line);
end
$$;
comment on function import_people_accounts() is
    'Makes the accounts that the good rows name.';

create or replace function import_people_see() returns void
language plpgsql set search_path = skills, pg_temp as $$
begin
    perform see_person(concerned.person_id)
    from (select distinct person_id from touched where seen_anew order by person_id) as concerned;
end
$$;
comment on function import_people_see() is
    'Brings seen_by up to date of those who were known before and whose postings have changed what sees them.';

create or replace function judge_people() returns void
language plpgsql set search_path = skills, pg_temp as $$
begin
    -- One import at a time, so that what was found not to overlap still does not when it is written.
    perform pg_advisory_xact_lock(hashtext('skillsd import people'));
    create temporary table fault (line bigint, column_name text, reason text) on commit drop;
    create temporary table tally (what text, added bigint, changed bigint not null default 0, of bigint)
    on commit drop;
    create temporary table touched (person_id bigint, seen_anew boolean) on commit drop;
    perform import_people_cells();
    perform import_people_plan();
    perform import_people_wanted();
    perform import_people_judge_rows();
    perform import_people_judge_together();
    create index on fault (line);
    perform import_people_judge_overlaps();
    delete from wanted
    where exists (select from fault where fault.line = wanted.line);
    analyze wanted;
end
$$;
comment on function judge_people() is
    'Reads and judges a file of postings: the good rows are then `wanted`, the bad ones stand in `fault`.';

create or replace function record_people() returns void
language plpgsql set search_path = skills, pg_temp as $$
begin
    perform import_people_units();
    perform import_people_marks();
    perform import_people_persons();
    perform import_people_postings();
    perform import_people_names();
    perform import_people_accounts();
    perform import_people_see();
end
$$;
comment on function record_people() is
    'Writes the good rows of a file of postings, counts in `tally` what they added and changed, and names in `touched` '
    'whom they concern.';
