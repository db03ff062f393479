-- SPDX-License-Identifier: MIT
-- Judging the rows of an import of people: each by itself, beside the others and beside what is recorded, every fault
-- with its line and column.

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
               ('starts_on', cell.starts_on, plan.starts_on < '1950-01-01', 'The first day "%s" is before 1950.'),
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
               ('entry_route', cell.entry_route, plan.entry_route is null and cell.entry_route is not null,
                '"%s" is neither the code nor the title of an entry route of the first day.'),
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
               wanted.person_id as whose, wanted.starts_on as begins, wanted.ends_before, wanted.leaver_type,
               wanted.unit_id, wanted.posting_id,
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
      and not exists (select from account_of where account_of.subject = row_of.subject)
    union all
    select row_of.line, 'starts_on', 'The organisation or the unit is not there for all of that time.'
    from row_of
    join organisation on organisation.organisation_id = row_of.organisation_id
    left join unit on unit.unit_id = row_of.unit_id
    where organisation.starts_on > row_of.begins
       or unit.starts_on > row_of.begins
       or coalesce(row_of.ends_before, 'infinity') > least(organisation.ends_before, unit.ends_before)
    union all
    select row_of.line, 'staff_number', 'Nobody records a posting of their own.'
    from row_of
    join wanted on wanted.line = row_of.line
    join cell on cell.line = row_of.line
    join person on person.person_id = row_of.whose
    left join posting as known on known.posting_id = row_of.posting_id
    where row_of.whose = app_person()
      and (known.posting_id is null
           or (known.unit_id, known.worker_type, known.rank, known.grade, known.role_profile_id, known.science_category,
               known.fte, known.ends_before, known.joiner_type, known.entry_route, known.leaver_type, known.sensitive,
               known.secondment, known.counts)
              is distinct from
              (wanted.unit_id, wanted.worker_type, wanted.rank, wanted.grade, wanted.role_profile_id,
               wanted.science_category, wanted.fte, wanted.ends_before, wanted.joiner_type, wanted.entry_route,
               wanted.leaver_type, wanted.sensitive, wanted.secondment, wanted.counts)
           or (person.given_name, person.family_name, person.email)
              is distinct from (cell.given_name, cell.family_name, coalesce(cell.email, person.email)))
    union all
    select row_of.line, 'staff_number',
           format('The staff number "%s" is that of somebody with other names; give person_id if it is the same '
                  'person.',
                  row_of.staff_number)
    from row_of
    join cell on cell.line = row_of.line
    join person on person.person_id = row_of.whose
    where row_of.given_id is null
      and lower(cell.given_name) <> lower(person.given_name)
      and lower(cell.family_name) <> lower(person.family_name)
    union all
    select row_of.line, 'entry_route', format('The entry route "%s" needs joiner_type: it tells how somebody joined.',
                                              wanted.entry_route)
    from row_of
    join wanted on wanted.line = row_of.line
    join cell on cell.line = row_of.line
    where wanted.entry_route is not null and wanted.joiner_type is null and cell.joiner_type is null
    union all
    select row_of.line, 'ends_on', 'A transfer of the person is open; it must be accepted or cancelled first.'
    from row_of
    join transfer on transfer.posting_id = row_of.posting_id and transfer.state = 'open'
    join posting as known on known.posting_id = row_of.posting_id
    where app_signed_in()
      and (row_of.ends_before, row_of.leaver_type) is distinct from (known.ends_before, known.leaver_type);
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
    'postings that no good row corrects; a row found bad lets the recorded posting stand again, hence the loop.';

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
