-- SPDX-License-Identifier: MIT
-- Recording the good rows of an import of people: units, people, postings, names and accounts.

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
                             entry_route, leaver_type, sensitive, secondment, counts, withheld)
        select wanted.person_id, wanted.organisation_id, wanted.staff_number, wanted.unit_id, wanted.worker_type,
               wanted.rank, wanted.grade, wanted.role_profile_id, wanted.science_category, wanted.fte, wanted.starts_on,
               wanted.ends_before, wanted.joiner_type, wanted.entry_route, wanted.leaver_type, wanted.sensitive,
               wanted.secondment, wanted.counts, coalesce(window_of.withheld, false)
        from wanted
        left join window_of on window_of.person = wanted.person and window_of.organisation_id = wanted.organisation_id
        where wanted.posting_id is null
        order by wanted.line
        returning person_id
    ), changed as (
        update posting
        set unit_id = wanted.unit_id, worker_type = wanted.worker_type, rank = wanted.rank, grade = wanted.grade,
            role_profile_id = wanted.role_profile_id, science_category = wanted.science_category, fte = wanted.fte,
            ends_before = wanted.ends_before, joiner_type = wanted.joiner_type, entry_route = wanted.entry_route,
            leaver_type = wanted.leaver_type, sensitive = wanted.sensitive, secondment = wanted.secondment,
            counts = wanted.counts
        from wanted
        where posting.posting_id = wanted.posting_id
          and (posting.unit_id, posting.worker_type, posting.rank, posting.grade, posting.role_profile_id,
               posting.science_category, posting.fte, posting.ends_before, posting.joiner_type, posting.entry_route,
               posting.leaver_type, posting.sensitive, posting.secondment, posting.counts)
              is distinct from
              (wanted.unit_id, wanted.worker_type, wanted.rank, wanted.grade, wanted.role_profile_id,
               wanted.science_category, wanted.fte, wanted.ends_before, wanted.joiner_type, wanted.entry_route,
               wanted.leaver_type, wanted.sensitive, wanted.secondment, wanted.counts)
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
               wanted.person_id, wanted.organisation_id, wanted.starts_on, cell.given_name, cell.family_name, cell.email
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
          and latest.organisation_id = any (names_kept_in(latest.person_id))
        returning person.person_id
    )
    update tally
    set changed = (select count(*) from changed)
    where what = 'people';
end
$$;
comment on function import_people_names() is
    'Gives known people the names of the row of their latest posting, where the organisation of it keeps the names.';

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
