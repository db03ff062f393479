-- SPDX-License-Identifier: MIT
-- CPD as reports read it: the activities of an organisation's people, and what they are aligned to, as known in an
-- edition of the ledger. What a person's record shows follows the postings as they are; a figure given again follows
-- them as they were known, and so these functions run as their owner.

create or replace function activities_said(of_organisation bigint, from_day date, before_day date, people bigint[],
    title text, whole boolean, cleared boolean, xmin bigint, xmax bigint, running bigint[])
returns table (activity_id bigint, version int, person_id bigint, happened_on date, type text, provider text,
    minutes int, stage text, source text)
language sql stable rows 100000 as $$
    with posted as materialized (
        -- Where postings of one person overlap, the days of each begin when those of the others before it are over.
        select posting.person_id, posting.ends_before,
               greatest(posting.starts_on, max(coalesce(posting.ends_before, 'infinity')) over (
                   partition by posting.person_id
                   order by posting.starts_on, posting.posting_id
                   rows between unbounded preceding and 1 preceding)) as starts_on
        from posting_version as posting
        where posting.organisation_id = of_organisation
          and posting.starts_on < before_day
          and (posting.ends_before is null or posting.ends_before > from_day)
          and version_known(posting.known_from, posting.known_before, activities_said.xmin, activities_said.xmax,
                  activities_said.running)
          and (cleared or not whole or not posting.withheld)
          and (people is null or posting.person_id = any (people))
          and (whole or posting.person_id in (select managed.person_id from managed_posting as managed))
    )
    select said.activity_id, said.version, said.person_id, said.happened_on, said.type, said.provider, said.minutes,
           said.stage, said.source
    from posted
    cross join lateral (
        -- Fenced, so that the activities of these people are looked up, and not those of the whole nation read.
        select known.activity_id, known.version, known.person_id, known.happened_on, known.type, known.provider,
               known.minutes, known.stage, known.source
        from activity_version as known
        where known.person_id = posted.person_id
          and known.happened_on >= greatest(posted.starts_on, from_day)
          and known.happened_on < least(posted.ends_before, before_day)
          and not known.withdrawn
          and (activities_said.title is null or position(lower(activities_said.title) in lower(known.title)) > 0)
          and version_known(known.known_from, known.known_before, activities_said.xmin, activities_said.xmax,
                  activities_said.running)
        offset 0
    ) as said
$$;
comment on function activities_said(bigint, date, date, bigint[], text, boolean, boolean, bigint, bigint, bigint[]) is
    'What activities_known() gives, for it and alignments_known() alone, which say who asks.';

create or replace function activities_known(of_organisation bigint, from_day date, before_day date, edition text,
    people bigint[], title text)
returns table (activity_id bigint, version int, person_id bigint, happened_on date, type text, provider text,
    minutes int, stage text, source text)
language plpgsql stable security definer rows 100000
set search_path = skills, pg_temp set plan_cache_mode = force_custom_plan as $$
declare
    given record;
    whole boolean := coalesce(of_organisation = app_organisation(), false);
    cleared boolean := app_cleared_organisation() is not null;
begin
    if not whole and (app_units() is null or of_organisation is distinct from app_acting()) then
        return;
    end if;
    select bounds.xmin, bounds.xmax, bounds.running into given from edition_bounds(edition) as bounds;
    return query
    select said.activity_id, said.version, said.person_id, said.happened_on, said.type, said.provider, said.minutes,
           said.stage, said.source
    from activities_said(of_organisation, from_day, before_day, people, title, whole, cleared, given.xmin,
        given.xmax, given.running) as said;
end
$$;
comment on function activities_known(bigint, date, date, text, bigint[], text) is
    'public: the activities of a period, [from_day, before_day), of people posted on their days to the organisation '
    'that the request acts for, of some of these people or of all (null), both as known in an edition of the ledger '
    '(null: as now), each in the version known then and without those that were withdrawn then; with a text in their '
    'title, if one is asked for. For an organisation''s readers all of them, but of who is withheld now only for '
    'sensitive:read; for line managers those of the people they manage today. Runs as its owner, because a record may '
    'not be seen any more that was counted then; it gives providers, no other free text, and of no other organisation.';

create or replace function alignments_known(of_organisation bigint, from_day date, before_day date, edition text,
    people bigint[], items bigint[])
returns table (activity_id bigint, framework_item_id bigint, level smallint)
language plpgsql stable security definer rows 100000
set search_path = skills, pg_temp set plan_cache_mode = force_custom_plan as $$
declare
    given record;
    whole boolean := coalesce(of_organisation = app_organisation(), false);
    cleared boolean := app_cleared_organisation() is not null;
begin
    if not whole and (app_units() is null or of_organisation is distinct from app_acting()) then
        return;
    end if;
    select bounds.xmin, bounds.xmax, bounds.running into given from edition_bounds(edition) as bounds;
    return query
    select aligned.activity_id, aligned.framework_item_id, aligned.level
    from activities_said(of_organisation, from_day, before_day, people, null, whole, cleared, given.xmin,
        given.xmax, given.running) as said
    join activity_alignment as aligned on aligned.activity_id = said.activity_id and aligned.version = said.version
    where items is null or aligned.framework_item_id = any (items);
end
$$;
comment on function alignments_known(bigint, date, date, text, bigint[], bigint[]) is
    'public: what the activities of activities_known() are aligned to, of some items or of all (null). Runs as its '
    'owner, as that does, and gives what that lets through.';

grant execute on function activities_known(bigint, date, date, text, bigint[], text),
    alignments_known(bigint, date, date, text, bigint[], bigint[])
    to skillsd_service;
