-- SPDX-License-Identifier: MIT
-- The import of assertions: what sql/imports/assertions.sql and load_import() run over the table `rows`. The rules are
-- those of record_assertion, asked of a million rows at once: everything is found by joining, nothing row by row.

create or replace function import_assertions_words() returns void
language plpgsql set search_path = skills, pg_temp as $$
begin
    create temporary table day_of on commit drop as
    select word, day_written(word) as day
    from (
        select trim(valid_from) from rows
        union
        select trim(valid_until) from rows
        union
        select trim(withdrawn_on) from rows
    ) as written (word)
    where word <> '';
    create temporary table item_word on commit drop as
    select item.id::text as word, null as framework, item.framework_item_id, item.level_scale_id, 1 as found
    from framework_item as item
    union all
    select lower(item.code), lower(named.word), min(item.framework_item_id), min(item.level_scale_id), count(*)::int
    from item_named as item
    cross join lateral (values (item.framework), (item.version_id::text)) as named (word)
    where named.word <> item.framework
       or item.framework_version_id in (select framework_version_id from current_framework_version)
    group by lower(item.code), lower(named.word);
    create temporary table holder on commit drop as
    with number as (
        select distinct case
                   when trim(rows.organisation) <> '' then lower(trim(rows.organisation))
               end as organisation, trim(rows.staff_number) as staff_number
        from rows
        where trim(rows.staff_number) <> ''
    ), placed as (
        select number.organisation, number.staff_number,
               coalesce(named.organisation_id, import_place()) as organisation_id
        from number
        left join organisation as named
            on named.code = number.organisation or named.id = uuid_written(number.organisation)
        where number.organisation is null or named.organisation_id is not null
    )
    select distinct on (placed.organisation, placed.staff_number)
           placed.organisation, placed.staff_number, posting.person_id
    from placed
    join posting on posting.organisation_id = placed.organisation_id and posting.staff_number = placed.staff_number
    where (import_place() is null or posting.organisation_id = import_place())
      and (not posting.withheld or import_cleared())
    order by placed.organisation, placed.staff_number, posting.starts_on desc;
    analyze day_of;
    analyze item_word;
    analyze holder;
end
$$;
comment on function import_assertions_words() is
    'What the words of the file mean: days as `day_of`, items by code in a framework or a version of it, or by '
    'identifier, as `item_word`, and people by staff number, as far as the importer may see them, as `holder`.';

create or replace function import_assertions_plan() returns void
language plpgsql set search_path = skills, pg_temp as $$
begin
    create temporary table plan on commit drop as
    with maker as materialized (
        select import_place() as place, import_cleared() as cleared,
               case when app_signed_in() then left(app_name(), 200) end as name
    ), cell as (
        select line,
               nullif(trim(person_id), '') as person_id,
               nullif(lower(trim(organisation)), '') as organisation,
               nullif(trim(staff_number), '') as staff_number,
               nullif(lower(trim(framework)), '') as framework,
               nullif(lower(trim(item)), '') as item,
               nullif(trim(level), '') as level,
               case when trim(level) ~ '^\d{1,4}$' then trim(level)::int end as level_number,
               nullif(lower(trim(basis)), '') as basis,
               nullif(trim(assessor), '') as assessor,
               nullif(trim(evidence), '') as evidence,
               nullif(trim(valid_from), '') as valid_from,
               nullif(trim(valid_until), '') as valid_until,
               nullif(trim(reference), '') as reference,
               nullif(trim(withdrawn_on), '') as withdrawn_on,
               nullif(trim(withdrawal_reason), '') as withdrawal_reason
        from rows
    )
    select cell.line, cell.person_id as person_word, cell.organisation as organisation_word, cell.staff_number,
           cell.framework, cell.item as item_word, cell.level as level_word, cell.basis as basis_word,
           coalesce(cell.assessor, maker.name) as assessor, cell.evidence, cell.valid_from as from_word,
           cell.valid_until as until_word, cell.reference, cell.withdrawn_on as withdrawn_word, cell.withdrawal_reason,
           coalesce(by_id.person_id, holder.person_id) as person_id, by_id.person_id as given_person,
           holder.person_id as number_person, known_framework.framework is not null as framework_known,
           case when cell.organisation is null then maker.place else organisation.organisation_id end as reported_by,
           item.framework_item_id, item.level_scale_id, item.found as items_found, step.level, basis.code as basis,
           first_day.day as valid_from, last_day.day + 1 as valid_before, withdrawal.day as withdrawn_on
    from cell
    cross join maker
    left join person as by_id on by_id.id = uuid_written(cell.person_id)
         and (maker.place is null or person_known_in(by_id.person_id, maker.place, maker.cleared))
    left join organisation
        on organisation.code = cell.organisation or organisation.id = uuid_written(cell.organisation)
    left join holder on holder.staff_number = cell.staff_number
         and holder.organisation is not distinct from cell.organisation
    left join (
        select distinct item_word.framework
        from item_word
    ) as known_framework on known_framework.framework = cell.framework
    left join item_word as item on item.word = cell.item
         and (item.framework is null or item.framework = cell.framework)
    left join level as step on step.level_scale_id = item.level_scale_id
         and step.level = cell.level_number
    left join basis on basis.code = cell.basis
    left join day_of as first_day on first_day.word = cell.valid_from
    left join day_of as last_day on last_day.word = cell.valid_until
    left join day_of as withdrawal on withdrawal.word = cell.withdrawn_on;
    analyze plan;
end
$$;
comment on function import_assertions_plan() is 'Each row as the assertion that it would make, as `plan`.';

create or replace function import_assertions_windows() returns void
language plpgsql set search_path = skills, pg_temp as $$
begin
    create temporary table window_of on commit drop as
    select posting.person_id, count(*) = 1 as single, min(posting.starts_on) as starts_on,
           max(posting.ends_before) as ends_before,
           array[min(case
                         when posting.withheld then -posting.organisation_id
                         else posting.organisation_id
                     end)] as seen_by
    from posting
    where posting.person_id in (select plan.person_id from plan)
    group by posting.person_id;
    update window_of
    set single = false
    where exists (
        select
        from record_share as share
        where share.person_id = window_of.person_id and share.ended_at is null);
    analyze window_of;
end
$$;
comment on function import_assertions_windows() is
    'As `window_of`, who sees the people of the file: for those with one posting, as most have, when and for '
    'whom; of the others organisations_seeing() is asked.';
