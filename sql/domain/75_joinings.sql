-- SPDX-License-Identifier: MIT
-- Who joined, by which posting: what survival and recruitment count.

create or replace function joinings(of_organisation bigint, edition text)
returns table (person_id bigint, posting_id bigint, stay bigint, joined_on date, here_from date, ends_before date,
    leaver_type text, joiner_type text, entry_route text, unit_id bigint, worker_type text, rank text,
    role_profile_id bigint, fte numeric, served_before boolean)
language sql stable parallel safe rows 20000 as $$
    with career as (
        select posting.person_id, posting.posting_id, posting.stay, posting.unit_id, posting.worker_type, posting.rank,
               posting.role_profile_id, posting.fte, posting.starts_on, posting.joiner_type, posting.entry_route,
               posting.begins,
               max(posting.ends_before) filter (where posting.ends) over stay as ends_before,
               max(posting.leaver_type) filter (where posting.ends) over stay as leaver_type
        from stay_postings(of_organisation, edition) as posting
        window stay as (partition by posting.person_id, posting.stay)
    )
    select career.person_id, career.posting_id, career.stay, coalesce(reach.began, career.starts_on), career.starts_on,
           career.ends_before, career.leaver_type, career.joiner_type, career.entry_route, career.unit_id,
           career.worker_type, career.rank, career.role_profile_id, career.fte, not career.begins
    from career
    left join service_reach(of_organisation, edition) as reach
        on reach.posting_id = career.posting_id and career.begins and career.joiner_type is null and reach.joined
    where career.joiner_type is not null or reach.posting_id is not null
$$;
comment on function joinings(bigint, text) is
    'Who joined an organisation (0: any) with which posting: one with a joiner type, or the first here of somebody '
    'who joined one that it took over from, of whom it knows no joiner type or entry route. Since when they are seen '
    'here, when and how the stay ended (null: it lasts), and whether they served here the day before, as a special '
    'constable, PCSO or staff.';

revoke execute on function joinings(bigint, text) from public;
grant execute on function joinings(bigint, text) to skillsd_service;
